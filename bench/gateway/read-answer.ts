/** What an answer says, in whichever of the two dialects; read thoroughly once, so that later answers need only be compared with it. */
export interface Said {
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly arguments: unknown }[];
  readonly finish: string | undefined;
  /** Server-sent events; 0 for JSON. */
  readonly events: number;
}

interface ToolCall {
  readonly function?: { readonly name?: string; readonly arguments?: string };
}
interface Choice {
  readonly message?: { readonly content?: string | null; readonly tool_calls?: readonly ToolCall[] };
  readonly delta?: { readonly content?: string | null };
  readonly finish_reason?: string | null;
}
interface Block {
  readonly type?: string;
  readonly text?: string;
  readonly name?: string;
  readonly input?: unknown;
}
interface Answer {
  readonly choices?: readonly Choice[];
  readonly content?: readonly Block[];
  readonly stop_reason?: string | null;
}
interface MessagesEvent {
  readonly type?: string;
  readonly delta?: { readonly text?: string; readonly stop_reason?: string | null };
}

/** Finish reasons of one dialect in the words of the other. */
const commonFinish: Readonly<Record<string, string>> = { end_turn: 'stop', tool_use: 'tool_calls', max_tokens: 'length' };
const finishOf = (reason: string | null | undefined): string | undefined =>
  reason === null || reason === undefined ? undefined : (commonFinish[reason] ?? reason);

const chatSaid = ({ choices = [] }: Answer): Said => ({
  text: choices.map(({ message }) => message?.content ?? '').join(''),
  calls: choices
    .flatMap(({ message }) => message?.tool_calls ?? [])
    .map((call) => ({ name: call.function?.name ?? '', arguments: JSON.parse(call.function?.arguments ?? 'null') as unknown })),
  finish: finishOf(choices[0]?.finish_reason),
  events: 0,
});

const messagesSaid = ({ content = [], stop_reason }: Answer): Said => ({
  text: content.map(({ type, text = '' }) => (type === 'text' ? text : '')).join(''),
  calls: content.flatMap(({ type, name = '', input }) => (type === 'tool_use' ? [{ name, arguments: input }] : [])),
  finish: finishOf(stop_reason),
  events: 0,
});

interface Event {
  readonly name: string;
  readonly data: string;
}

const eventIn = (block: string): Event => {
  const lines = block.split('\n');
  const field = (name: string): string =>
    lines
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim() ?? '';
  if (field('data') === '') throw new Error(`an event without data: ${block.slice(0, 60)}`);
  return { name: field('event'), data: field('data') };
};

const chatStreamSaid = (events: readonly Event[]): Said => {
  if (events.at(-1)?.data !== '[DONE]') throw new Error('the stream does not end with data: [DONE]');
  const choices = events.slice(0, -1).flatMap(({ data }) => (JSON.parse(data) as Answer).choices ?? []);
  return {
    text: choices.map(({ delta }) => delta?.content ?? '').join(''),
    calls: [],
    finish: finishOf(choices.findLast(({ finish_reason }) => typeof finish_reason === 'string')?.finish_reason),
    events: events.length,
  };
};

const messagesStreamSaid = (events: readonly Event[]): Said => {
  const all = events.map(({ name, data }) => {
    const event = JSON.parse(data) as MessagesEvent;
    if (event.type !== name) throw new Error(`an event ${name} of type ${event.type}`);
    return event;
  });
  if (all[0]?.type !== 'message_start') throw new Error('the stream does not begin with message_start');
  if (all.at(-1)?.type !== 'message_stop') throw new Error('the stream does not end with message_stop');
  return {
    text: all.map(({ delta }) => delta?.text ?? '').join(''),
    calls: [],
    finish: finishOf(all.findLast(({ delta }) => typeof delta?.stop_reason === 'string')?.delta?.stop_reason),
    events: events.length,
  };
};

/** Throws when it is neither JSON nor a complete stream of Chat Completions or Messages. */
export const readAnswer = (bytes: Buffer): Said => {
  const text = bytes.toString('utf8');
  if (text.startsWith('{')) {
    const answer = JSON.parse(text) as Answer;
    return answer.choices === undefined ? messagesSaid(answer) : chatSaid(answer);
  }
  const blocks = text.split('\n\n');
  if (blocks.pop() !== '') throw new Error('the stream ends within an event');
  const events = blocks.map(eventIn);
  return events[0]?.name === '' ? chatStreamSaid(events) : messagesStreamSaid(events);
};
