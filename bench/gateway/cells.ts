import type { Cell } from './cell.ts';
import type { Said } from './read-answer.ts';
import {
  answerText,
  burstAnswer,
  chatAnswer,
  chatBody,
  kilobyte,
  longAnswer,
  messagesBody,
  pacedAnswer,
  streamText,
  toolAnswer,
  toolArguments,
} from './traffic.ts';

const saysText: Said = { text: answerText, calls: [], finish: 'stop', events: 0 };
const saysCall: Said = { text: answerText, calls: [{ name: 'get_weather', arguments: toolArguments }], finish: 'tool_calls', events: 0 };

/** Chat Completions before and behind the gateway. */
export const sameDialect = (kilobytes: number, connections: number): Cell => ({
  id: `same-dialect-${kilobytes}kb-c${connections}`,
  caption: `Chat Completions to Chat Completions, request of ${kilobytes} KB`,
  dialect: 'openai-chat',
  body: chatBody,
  asked: { bytes: kilobytes * kilobyte },
  answer: chatAnswer,
  says: saysText,
  connections,
});

/** Messages before the gateway, Chat Completions behind it; with a tool that is called. */
export const translated = (kilobytes: number, connections: number): Cell => ({
  id: `translated-${kilobytes}kb-c${connections}`,
  caption: `Messages to Chat Completions with tools, request of ${kilobytes} KB`,
  dialect: 'anthropic-messages',
  body: messagesBody,
  asked: { bytes: kilobytes * kilobyte },
  answer: toolAnswer,
  says: saysCall,
  connections,
});

const burst = (events: number, connections: number): Pick<Cell, 'asked' | 'answer' | 'says' | 'connections'> => ({
  asked: { bytes: kilobyte, stream: true },
  answer: burstAnswer(events),
  says: { text: streamText(events), calls: [], finish: 'stop', events },
  connections,
});

/** A stream whose events come all at once. */
export const sameDialectBurst = (events: number, connections: number): Cell => ({
  id: `same-dialect-burst-${events}-c${connections}`,
  caption: `Chat Completions to Chat Completions, a stream of ${events} events at once`,
  dialect: 'openai-chat',
  body: chatBody,
  ...burst(events, connections),
});

export const translatedBurst = (events: number, connections: number): Cell => ({
  id: `translated-burst-${events}-c${connections}`,
  caption: `Messages to Chat Completions, a stream of ${events} events at once`,
  dialect: 'anthropic-messages',
  body: messagesBody,
  ...burst(events, connections),
});

/** A short stream: what counts is how soon it begins. */
export const shortStream = (dialect: Cell['dialect']): Cell => ({
  id: `${dialect}-short-stream`,
  caption: `${dialect === 'openai-chat' ? 'Chat Completions' : 'Messages'} to Chat Completions, a short stream`,
  dialect,
  body: dialect === 'openai-chat' ? chatBody : messagesBody,
  ...burst(10, 1),
});

/** Events that come one by one and say when they were sent; what they say is checked by those who read them. */
export const paced = (dialect: Cell['dialect'], events: number, everyMs: number): Cell => ({
  id: `${dialect}-paced-${events}-${everyMs}ms`,
  caption: `${dialect === 'openai-chat' ? 'Chat Completions' : 'Messages'} to Chat Completions, one event every ${everyMs} ms`,
  dialect,
  body: dialect === 'openai-chat' ? chatBody : messagesBody,
  asked: { bytes: kilobyte, stream: true },
  answer: pacedAnswer(events, everyMs),
  says: { text: '', calls: [], finish: 'stop', events },
  connections: 1,
});

/** A stream so long that nobody should hold it whole. */
export const longStream = (dialect: Cell['dialect'], events: number, connections: number): Cell => ({
  ...paced(dialect, events, 0),
  id: `${dialect}-long-${events}-c${connections}`,
  caption: `${dialect === 'openai-chat' ? 'Chat Completions' : 'Messages'} to Chat Completions, a stream of ${events} events`,
  answer: longAnswer(events),
  says: { text: streamText(events), calls: [], finish: 'stop', events },
  connections,
});
