import { exactly, exactlyButIds, type ExpectedAnswer, problemWith } from '../load/answer-check.ts';
import { askOnce } from '../load/ask-once.ts';
import type { ClientDialect, Gateway } from './gateways.ts';
import { readAnswer, type Said } from './read-answer.ts';
import type { FirstRequest, RunningGateway } from './start-gateway.ts';
import type { Asked } from './traffic.ts';
import type { PreparedAnswer, Upstream, UpstreamUse } from './upstream.ts';

/** One kind of traffic that all gateways are measured with. */
export interface Cell {
  readonly id: string;
  /** What a table says of it. */
  readonly caption: string;
  readonly dialect: ClientDialect;
  readonly body: (asked: Asked) => string;
  readonly asked: Omit<Asked, 'model'>;
  /** What the upstream says, in Chat Completions whatever the client speaks. */
  readonly answer: PreparedAnswer;
  /** What every answer must say; events are those of the upstream. */
  readonly says: Said;
  readonly connections: number;
}

const bodies = new WeakMap<Cell, Map<string, string>>();

/** Made once: the larger ones take a while. */
const bodyOf = (cell: Cell, { model }: Gateway): string => {
  const made = bodies.get(cell) ?? new Map<string, string>();
  bodies.set(cell, made);
  const body = made.get(model) ?? cell.body({ ...cell.asked, model });
  made.set(model, body);
  return body;
};

export const firstRequestOf = (cell: Cell): FirstRequest => ({ dialect: cell.dialect, body: (gateway) => bodyOf(cell, gateway) });

export const useOf = (cell: Cell, gateway: Gateway): UpstreamUse => ({
  answer: cell.answer.name,
  request: `${cell.id} by ${gateway.name}`,
  headHolds: gateway.upstreamHeadHolds,
});

type Content = string | readonly Part[] | null;

interface Part {
  readonly text?: string;
  /** Of the result of a tool. */
  readonly content?: Content;
}

interface SentBody {
  readonly model?: unknown;
  readonly stream?: unknown;
  readonly system?: Content;
  readonly tools?: readonly { readonly name?: string; readonly function?: { readonly name?: string } }[];
  readonly messages?: readonly { readonly content?: Content }[];
}

const plainText = (content: Content | undefined): string =>
  typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? plainText(part.content)).join('');

/** What of a request must be the same before and behind a gateway, whichever dialect it has there: every word of the conversation, the tools. */
const essence = (text: string): string => {
  const { tools = [], messages = [], stream = false, system } = JSON.parse(text) as SentBody;
  const words = [system, ...messages.map(({ content }) => content)].map(plainText).join('');
  return JSON.stringify({ stream, tools: tools.map((tool) => tool.name ?? tool.function?.name), words });
};

/** What is wrong with what the upstream was sent, or `undefined`. */
export const problemWithSent = (sent: string, asked: string, { upstreamModel }: Gateway): string | undefined => {
  const { model } = JSON.parse(sent) as SentBody;
  if (model !== upstreamModel) return `the upstream is asked for the model ${String(model)}`;
  if (essence(sent) !== essence(asked)) return `the upstream is asked something else: ${essence(sent).slice(0, 200)}`;
  return undefined;
};

/** In Chat Completions the role, the stop, the usage and the end; other dialects have others. */
const eventsBesidesText = 4;

/** What is wrong with a first answer, read in full, or `undefined`. A translation needs other events, but may not join those with text. */
export const problemWithSaid = (said: Said, wanted: Said, translated: boolean): string | undefined => {
  const { events, ...words } = said;
  const { events: wantedEvents, ...wantedWords } = wanted;
  if (JSON.stringify(words) !== JSON.stringify(wantedWords)) return `it says ${JSON.stringify(words).slice(0, 300)}`;
  const enough = translated ? events >= wantedEvents - eventsBesidesText : events === wantedEvents;
  return enough ? undefined : `${events} events instead of ${wantedEvents}`;
};

/** Asks once, reads question and answer thoroughly, and says what every later answer must be. Throws when something is wrong. */
export const expectedFrom = async (running: RunningGateway, cell: Cell, upstream: Upstream): Promise<ExpectedAnswer> => {
  const { gateway, request, port } = running;
  const where = `${gateway.label}, ${cell.id}`;
  const use = useOf(cell, gateway);
  await upstream.use(use);
  const first = await askOnce(port, request(cell.dialect, bodyOf(cell, gateway)));
  if (first.status !== 200) throw new Error(`${where}: status ${first.status}: ${first.body.toString('utf8', 0, 300)}`);
  const expected = gateway.madeUp === undefined ? exactly(first.body) : exactlyButIds(first.body, gateway.madeUp);
  const translated = cell.dialect === 'anthropic-messages' && gateway.translates;
  const { body } = await upstream.seen(use.request);
  const problem =
    problemWith(first, expected) ??
    problemWithSaid(readAnswer(first.body), cell.says, translated) ??
    problemWithSent(body, bodyOf(cell, gateway), gateway);
  if (problem !== undefined) throw new Error(`${where}: ${problem}`);
  return expected;
};

export const requestOf = ({ request, gateway }: RunningGateway, cell: Cell): Buffer => request(cell.dialect, bodyOf(cell, gateway));
