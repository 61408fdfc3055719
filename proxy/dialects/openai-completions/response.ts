import type { AssistantPart, ChatResponse } from '../../ir/chat.ts';
import type { Loss, Translated } from '../../ir/loss.ts';
import type { ResponseAbout } from '../dialect.ts';
import { choiceOf, headOf, writeStop, writeUsage } from './wire.ts';

const lossOf = (part: AssistantPart, index: number): readonly Loss[] => {
  const path = `parts[${index}]`;
  if (part.kind !== 'text') return [{ path, why: `a text completion has no place for a ${part.kind}` }];
  return [
    ...(part.citations ? [{ path: `${path}.citations`, why: 'a text completion has no place for citations' }] : []),
    ...(part.logprobs ? [{ path: `${path}.logprobs`, why: 'the form of text completions for them is not written' }] : []),
  ];
};

/** One `text_completion` with the answer's text; nothing else has a place in it. */
export const encodeResponse = ({ id, parts, stop, usage }: ChatResponse, about: ResponseAbout): Translated<unknown> => {
  const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  const value = {
    ...headOf(id, about),
    choices: [choiceOf(text, writeStop(stop.reason))],
    ...(usage !== undefined && { usage: writeUsage(usage) }),
  };
  return { value, losses: parts.flatMap(lossOf) };
};
