import { createHash } from 'node:crypto';

import { fromSchema } from './from-schema.ts';
import { knownAnswer } from './known-answers.ts';
import { fieldsOf } from './loose.ts';
import type { Call, OfferedTool, Question, Reply } from './question.ts';

const hashed = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24);

const thinking = ['Let', ' me', ' work', ' that', ' out.'];

/** Which of the offered tools the words of the person ask for, by the words of its name. */
const asksFor = ({ name }: OfferedTool, words: string): boolean => {
  const [verb = '', noun = ''] = name.split('_');
  return noun !== '' && new RegExp(`\\b${noun}\\b`, 'i').test(words) && (verb !== 'get' || /\?|what|current/i.test(words));
};

const chosenTools = ({ tools, toolChoice, last, parallelCalls }: Question): readonly OfferedTool[] => {
  if (toolChoice === 'none' || last.by !== 'person') return [];
  if (typeof toolChoice === 'object') return tools.filter(({ name }) => name === toolChoice.name);
  const fitting = tools.filter((tool) => asksFor(tool, last.text));
  const some = toolChoice === 'required' && fitting.length === 0 ? tools.slice(0, 1) : fitting;
  return parallelCalls ? some : some.slice(0, 1);
};

const callsOf = (question: Question, seed: string): readonly Call[] =>
  chosenTools(question).map(({ name, parameters }, index) => ({
    id: hashed(`${seed} ${index} ${name}`),
    name,
    args: fieldsOf(fromSchema(parameters, question.last.text)),
  }));

const wordsOf = (question: Question): string => {
  if (question.format === undefined) return knownAnswer(question);
  const anything = Object.keys(question.format).length === 0;
  return anything ? '{"name":"Ada","age":36}' : JSON.stringify(fromSchema(question.format, question.last.text));
};

interface Cut {
  readonly text: string;
  readonly by?: string;
}

const cutAtStop = (text: string, stop: readonly string[]): Cut => {
  const [first] = stop
    .map((by) => ({ by, at: text.indexOf(by) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  return first === undefined ? { text } : { text: text.slice(0, first.at), by: first.by };
};

/** Tokens that joined are the text: a word and the space before it. */
const tokensOf = (text: string): readonly string[] => text.match(/\s*\S+|\s+$/g) ?? [];

const finishOf = (calls: readonly Call[], truncated: boolean, by: string | undefined): Reply['finish'] => {
  if (calls.length > 0) return 'calls';
  if (truncated) return 'length';
  return by === undefined ? 'stop' : { stopSequence: by };
};

const tokensPerCall = 9;

/** What the mocked model says to a question: always the same to the same one. */
export const replyTo = (question: Question): Reply => {
  const seed = hashed(JSON.stringify(question));
  const calls = callsOf(question, seed);
  const limit = question.maxTokens ?? Number.POSITIVE_INFINITY;
  const thoughts = question.thinks ? thinking.slice(0, limit) : [];
  const { text, by } = calls.length > 0 ? { text: '' } : cutAtStop(wordsOf(question), question.stop);
  const whole = tokensOf(text);
  const tokens = whole.slice(0, limit - thoughts.length);
  return {
    seed,
    thoughts,
    tokens,
    calls,
    finish: finishOf(calls, tokens.length < whole.length, by),
    outputTokens: thoughts.length + tokens.length + calls.length * tokensPerCall,
  };
};
