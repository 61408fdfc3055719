import type { Cell, ClientDialect } from './cell.ts';
import { anthropicMessages } from './dialects/anthropic-messages.ts';
import { isEventStream, type Answer, type Ask, type CallerDialect, type ErrorEnvelope } from './dialects/caller-dialect.ts';
import { geminiGenerate } from './dialects/gemini-generate.ts';
import { openaiChat } from './dialects/openai-chat.ts';
import { openaiResponses } from './dialects/openai-responses.ts';
import { TOKEN, type Probe } from './probe.ts';
import type { CallerSight } from './sight.ts';

const dialects: Readonly<Record<ClientDialect, CallerDialect>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  'gemini-generate': geminiGenerate,
};

/** A probe with everything defaulted: identity encoding, Content-Length, 10 s, no predecessor, no generation. */
export const probe = (about: Pick<Probe, 'dialect' | 'path'> & Partial<Probe>): Probe => ({
  method: 'POST',
  headers: {},
  stream: false,
  encoding: 'identity',
  framing: 'content-length',
  timeoutMs: 10_000,
  after: [],
  maxOutputTokens: 0,
  ...about,
});

type ProbeOptions = Partial<
  Pick<Probe, 'after' | 'encoding' | 'framing' | 'timeoutMs' | 'headers' | 'credential' | 'laterMs' | 'via' | 'bodyFrom' | 'leaveAt'>
>;

/**
 * Asks in the cell's client dialect. The correlation token is appended to the user's text.
 * @example converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 })
 */
export const converse = (cell: Cell, ask: Omit<Ask, 'stream'> & { readonly stream?: boolean }, options: ProbeOptions = {}): Probe => {
  const dialect = dialects[cell.client];
  const whole: Ask = { ...ask, text: `${ask.text} ${TOKEN}`, stream: ask.stream ?? cell.stream };
  return probe({
    dialect: cell.client,
    path: dialect.path(whole),
    body: { json: dialect.body(whole) },
    stream: whole.stream,
    maxOutputTokens: whole.maxOutputTokens,
    ...options,
    headers: { ...dialect.headers, ...options.headers },
  });
};

/** The answer in the caller's dialect; `undefined` when the target sent something else. */
export const answerIn = (sight: CallerSight): Answer | undefined => {
  const dialect = dialects[sight.probe.dialect];
  return isEventStream(sight) ? dialect.readStream(sight.events) : dialect.readAnswer(sight.json);
};

/** The error in the caller's own dialect; `undefined` when the body is not that dialect's envelope. */
export const errorIn = (sight: CallerSight): ErrorEnvelope | undefined => dialects[sight.probe.dialect].readError(sight.json);
