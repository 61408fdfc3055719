import { converse, TOKEN, type CallerSight, type Cell, type Probe } from '#scenarios/kit/index';

/** 280 KiB: a design decision of the mocks, because no vendor documents the page's number (sheet R6 b). */
export const limit = 286_720;
/** What translation may add or take away. Where both sides speak one dialect, bytes pass untouched and sizes are exact. */
const margin = 16_384;

export const sameDialect = (cell: Cell): boolean => cell.client === cell.upstream;
/** The largest body that must pass in this cell. */
export const atLimit = (cell: Cell): number => (sameDialect(cell) ? limit : limit - margin);
/** The smallest body that must be refused in this cell. */
export const overLimit = (cell: Cell): number => (sameDialect(cell) ? limit + 1 : limit + margin);

/** A question whose body has exactly this many bytes before compression: plain text, filled up with one letter before the token. */
export const sized = (
  cell: Cell,
  about: { readonly model: string; readonly bytes: number; readonly text?: string },
  options: Partial<Pick<Probe, 'after' | 'encoding' | 'framing'>> = {},
): Probe => {
  const bare = converse(cell, { model: about.model, text: about.text ?? 'Say ok.', maxOutputTokens: 16 }, options);
  const text = JSON.stringify(bare.body !== undefined && 'json' in bare.body ? bare.body.json : {});
  const end = text.indexOf(TOKEN);
  return { ...bare, body: { text: text.slice(0, end) + 'x'.repeat(about.bytes - Buffer.byteLength(text)) + text.slice(end) } };
};

type Turn = Readonly<Record<string, unknown>>;

/** One exchange of words in the history, by the name of the list that each dialect keeps it in. */
const smallTalk: Readonly<Record<string, readonly [user: Turn, model: Turn]>> = {
  messages: [
    { role: 'user', content: 'Go on.' },
    { role: 'assistant', content: 'Noted.' },
  ],
  input: [
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Go on.' }] },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Noted.' }] },
  ],
  contents: [
    { role: 'user', parts: [{ text: 'Go on.' }] },
    { role: 'model', parts: [{ text: 'Noted.' }] },
  ],
};

/** The question after so many rounds of small talk: many messages and few bytes. */
export const afterSmallTalk = (question: Probe, rounds: number): Probe => {
  const json = question.body !== undefined && 'json' in question.body ? (question.body.json as Turn) : {};
  const longer = Object.entries(smallTalk).flatMap(([list, round]) =>
    Array.isArray(json[list]) ? [[list, [...Array.from({ length: rounds }, () => round).flat(), ...(json[list] as readonly Turn[])]]] : [],
  );
  return { ...question, body: { json: { ...json, ...(Object.fromEntries(longer) as Turn) } } };
};

/** How many rounds of small talk are in these bytes. */
export const roundsIn = (bytes: Buffer): number => bytes.toString('utf8').split('Noted.').length - 1;

/** How much of the filler is in these bytes, wherever translation put it. */
export const fillerIn = (bytes: Buffer): number => /x{100,}/.exec(bytes.toString('latin1'))?.[0].length ?? 0;

/** How much of the filler was sent. */
export const sentFiller = ({ probe: { body } }: Pick<CallerSight, 'probe'>): number =>
  body !== undefined && 'text' in body ? fillerIn(Buffer.from(body.text)) : 0;

/** The reference proxy's limits for scenarios that need one. */
export const limitEveryModel = {
  'body-limits': Object.fromEntries(
    ['gpt-4.1-mini', 'gpt-5.4', 'gpt-5.3-codex', 'claude-sonnet-4-6', 'claude-opus-4-6-thinking', 'gemini-2.5-pro'].map((model) => [
      model,
      limit,
    ]),
  ),
};

const both = [false, true];
/** Every client dialect with its own upstream in both modes, and each once across dialects. */
export const sizeCells: readonly Cell[] = [
  ...both.flatMap((stream): readonly Cell[] => [
    { client: 'openai-chat', upstream: 'openai-chat', stream },
    { client: 'openai-responses', upstream: 'openai-responses', stream },
    { client: 'anthropic-messages', upstream: 'anthropic-messages', stream },
    { client: 'gemini-generate', upstream: 'gemini-generate', stream },
  ]),
  { client: 'openai-chat', upstream: 'gemini-generate', stream: true },
  { client: 'openai-responses', upstream: 'anthropic-messages', stream: true },
  { client: 'anthropic-messages', upstream: 'antigravity', stream: true },
  { client: 'anthropic-messages', upstream: 'codex', stream: false },
  { client: 'gemini-generate', upstream: 'openai-chat', stream: false },
];
