import type { PreparedAnswer } from './upstream.ts';

/** What the measured gateways are asked, and what the upstream behind them answers: all of it made here, always the same. */

export const upstreamModel = 'gpt-4.1-mini-2025-04-14';
export const kilobyte = 1_024;

const sentence = 'A gateway stands between a caller and an upstream and should take as little of their time as it can – café by café. ';

const textOf = (characters: number): string => sentence.repeat(Math.ceil(characters / sentence.length)).slice(0, characters);

const weatherParameters = {
  type: 'object',
  properties: { city: { type: 'string', description: 'City and country' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
  required: ['city'],
};
const toolName = 'get_weather';
const toolAbout = 'Current weather of a city';
/** What the model calls the tool with. */
export const toolArguments = { city: 'Porto, Portugal', unit: 'celsius' };

/** The body of the asked size; `fill` makes a body that has so many characters of text in its last message. */
const sized = (bytes: number, fill: (characters: number) => unknown): string => {
  const empty = Buffer.byteLength(JSON.stringify(fill(0)));
  let characters = Math.max(1, bytes - empty);
  let body = JSON.stringify(fill(characters));
  // Letters outside ASCII take more than one byte.
  while (Buffer.byteLength(body) > bytes && characters > 1) {
    characters -= Math.max(1, Math.ceil((Buffer.byteLength(body) - bytes) / 2));
    body = JSON.stringify(fill(characters));
  }
  return body;
};

const turnCharacters = 2_000;
/** Turns of a conversation so long that the last message still has some text to make up the size with. */
const turnsFor = (bytes: number): number => Math.max(0, Math.floor(bytes / (turnCharacters * 1.25)) - 1);

export interface Asked {
  readonly model: string;
  readonly bytes: number;
  readonly stream?: boolean;
}

const chatTurns = (count: number): readonly unknown[] =>
  Array.from({ length: count }, (_, turn) => ({ role: turn % 2 === 0 ? 'user' : 'assistant', content: textOf(turnCharacters) }));

const chatTool = { type: 'function', function: { name: toolName, description: toolAbout, parameters: weatherParameters } };

/** A Chat Completions request; with a tool in the larger ones. `model` comes first, as the SDKs send it. */
export const chatBody = ({ model, bytes, stream = false }: Asked): string => {
  const turns = chatTurns(turnsFor(bytes) & ~1);
  return sized(bytes, (characters) => ({
    model,
    messages: [{ role: 'system', content: 'Answer in one paragraph.' }, ...turns, { role: 'user', content: textOf(characters) }],
    ...(bytes > 16 * kilobyte && { tools: [chatTool] }),
    ...(stream && { stream: true, stream_options: { include_usage: true } }),
  }));
};

/** Question, call, result, answer: every fourth pair of turns of a long conversation uses the tool. */
const messagesTurns = (count: number): readonly unknown[] =>
  Array.from({ length: count }, (_, turn) => {
    const id = `toolu_${String(Math.floor(turn / 2)).padStart(6, '0')}`;
    if (turn % 8 === 1) {
      const call = { type: 'tool_use', id, name: toolName, input: toolArguments };
      return { role: 'assistant', content: [{ type: 'text', text: textOf(turnCharacters) }, call] };
    }
    if (turn % 8 === 2) {
      const previous = `toolu_${String(Math.floor((turn - 1) / 2)).padStart(6, '0')}`;
      return { role: 'user', content: [{ type: 'tool_result', tool_use_id: previous, content: textOf(turnCharacters) }] };
    }
    return { role: turn % 2 === 0 ? 'user' : 'assistant', content: textOf(turnCharacters) };
  });

/** An Anthropic Messages request with a tool, and in long ones with calls and results. */
export const messagesBody = ({ model, bytes, stream = false }: Asked): string => {
  const turns = messagesTurns(turnsFor(bytes) & ~1);
  return sized(bytes, (characters) => ({
    model,
    max_tokens: 1_024,
    system: 'Answer in one paragraph.',
    tools: [{ name: toolName, description: toolAbout, input_schema: weatherParameters }],
    messages: [...turns, { role: 'user', content: textOf(characters) }],
    ...(stream && { stream: true }),
  }));
};

const usage = { prompt_tokens: 311, completion_tokens: 97, total_tokens: 408, prompt_tokens_details: { cached_tokens: 0 } };
const answerId = 'chatcmpl-CeWp4T1b7QmZr9VxKJ2dLhYs';
const created = 1_770_000_000;
export const answerText = textOf(480);

const completion = (message: unknown, finish: string): string =>
  JSON.stringify({
    id: answerId,
    object: 'chat.completion',
    created,
    model: upstreamModel,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finish }],
    usage,
  });

const withLength = (body: string): Buffer =>
  Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);

export const chatAnswerBody = completion({ role: 'assistant', content: answerText, refusal: null }, 'stop');
/** Text and one call. */
export const toolAnswerBody = completion(
  {
    role: 'assistant',
    content: answerText,
    tool_calls: [{ id: 'call_Nq3Rk7', type: 'function', function: { name: toolName, arguments: JSON.stringify(toolArguments) } }],
  },
  'tool_calls',
);

const streamHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n';
const chunked = (data: string): string => `${Buffer.byteLength(data).toString(16)}\r\n${data}\r\n`;
const streamEnd = '0\r\n\r\n';

const eventOf = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;
const piece = (choices: readonly unknown[], rest: object = { usage: null }) =>
  eventOf({ id: answerId, object: 'chat.completion.chunk', created, model: upstreamModel, choices, ...rest });
const delta = (content: string): string => piece([{ index: 0, delta: { content }, logprobs: null, finish_reason: null }]);

const roleEvent = piece([{ index: 0, delta: { role: 'assistant', content: '', refusal: null }, logprobs: null, finish_reason: null }]);
const lastEvents = [piece([{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }]), piece([], { usage }), 'data: [DONE]\n\n'];

const word = 'Wire';
/** Events that are not a delta: the role, the stop, the usage and the end. */
const besides = 1 + lastEvents.length;

/** The text that a stream of so many events says. */
export const streamText = (events: number): string => word.repeat(events - besides);

/** The body of a stream of so many events. */
export const streamBody = (events: number): string =>
  [roleEvent, ...Array.from({ length: events - besides }, () => delta(word)), ...lastEvents].join('');

const jsonAnswer = (name: string, body: string): PreparedAnswer => ({ name, writes: [withLength(body)] });

export const chatAnswer = jsonAnswer('chat', chatAnswerBody);
export const toolAnswer = jsonAnswer('chat-with-tool', toolAnswerBody);

const eventsPerWrite = 10;

/** All events at once, ten to a write; each is an HTTP chunk of its own. */
export const burstAnswer = (events: number): PreparedAnswer => {
  const all = [roleEvent, ...Array.from({ length: events - besides }, () => delta(word)), ...lastEvents].map(chunked);
  const texts = Array.from({ length: Math.ceil(all.length / eventsPerWrite) }, (_, index) =>
    all.slice(index * eventsPerWrite, (index + 1) * eventsPerWrite).join(''),
  );
  const last = texts.length - 1;
  const writes = texts.map((text, index) => Buffer.from(`${index === 0 ? streamHead : ''}${text}${index === last ? streamEnd : ''}`));
  return { name: `burst-${events}`, writes };
};

/** The same, in pieces of 50 events that are written as fast as they are taken. `events` less those at both ends is a multiple of 50. */
export const longAnswer = (events: number): PreparedAnswer => ({
  name: `long-${events}`,
  head: `${streamHead}${chunked(roleEvent)}`,
  piece: Array.from({ length: 50 }, () => chunked(delta(word))).join(''),
  times: (events - besides) / 50,
  end: `${lastEvents.map(chunked).join('')}${streamEnd}`,
});

/** Events that say when they were sent. */
export const pacedAnswer = (events: number, everyMs: number): PreparedAnswer => {
  const mark = '<>';
  const [before = '', after = ''] = delta(mark).split(mark);
  const head = `${streamHead}${chunked(roleEvent)}`;
  return {
    name: `paced-${events}-${everyMs}`,
    head,
    before,
    after,
    events,
    firstAfterMs: everyMs,
    everyMs,
    end: `${lastEvents.map(chunked).join('')}${streamEnd}`,
  };
};
