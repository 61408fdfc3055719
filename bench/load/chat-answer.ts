/** What a Chat Completions answer says, read thoroughly: once per server, so that later answers need only be compared with it. */
export interface ChatAnswer {
  readonly text: string;
  readonly finish: string | undefined;
}

interface Choice {
  readonly message?: { readonly content?: unknown };
  readonly delta?: { readonly content?: unknown };
  readonly finish_reason?: unknown;
}

const choicesOf = (json: string): readonly Choice[] => (JSON.parse(json) as { readonly choices?: readonly Choice[] }).choices ?? [];

const textIn = ({ message, delta }: Choice): string => {
  const content = (message ?? delta)?.content;
  return typeof content === 'string' ? content : '';
};

const answerFrom = (choices: readonly Choice[]): ChatAnswer => {
  const finish = choices.map((choice) => choice.finish_reason).findLast((reason) => typeof reason === 'string');
  return { text: choices.map(textIn).join(''), finish };
};

const dataOf = (event: string): string => {
  if (!event.startsWith('data: ')) throw new Error(`an event without data: ${event.slice(0, 60)}`);
  return event.slice('data: '.length);
};

/** Throws when it is neither the JSON nor the complete stream of a chat completion. */
export const readChatAnswer = (bytes: Buffer): ChatAnswer => {
  const text = bytes.toString('utf8');
  if (!text.startsWith('data: ')) return answerFrom(choicesOf(text));
  const events = text.split('\n\n').map((event) => event.trim());
  if (events.pop() !== '' || events.pop() !== 'data: [DONE]') throw new Error('the stream does not end with data: [DONE]');
  return answerFrom(events.flatMap((event) => choicesOf(dataOf(event))));
};
