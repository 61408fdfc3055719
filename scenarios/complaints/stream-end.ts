import type { CallerSight, ClientDialect, Reading, SseEvent } from '#scenarios/kit/index';
import { answerIn, deviates, errorIn, holds, inShort } from '#scenarios/kit/index';

type Tree = Readonly<Record<string, unknown>>;

const treeOf = (value: unknown): Tree => (typeof value === 'object' && value !== null ? (value as Tree) : {});
const typeOf = ({ json }: SseEvent): unknown => treeOf(json)['type'];
const isTree = (value: unknown): boolean => typeof value === 'object' && value !== null;

interface StreamEnd {
  /** Tells the caller that the answer failed. */
  readonly isError: (event: SseEvent) => boolean;
  /** Tells the caller that the answer is whole. */
  readonly isGood: (event: SseEvent) => boolean;
}

const listIn = (event: SseEvent, key: string): readonly unknown[] => {
  const list = treeOf(event.json)[key];
  return Array.isArray(list) ? list : [];
};

/** How a stream of each dialect ends, badly and well, in its vendor's documentation. */
const ends: Readonly<Record<ClientDialect, StreamEnd>> = {
  'openai-chat': {
    isError: ({ json }) => isTree(treeOf(json)['error']),
    isGood: (event) =>
      event.data === '[DONE]' || listIn(event, 'choices').some((choice) => typeof treeOf(choice)['finish_reason'] === 'string'),
  },
  'openai-responses': {
    isError: (event) => ['error', 'response.failed'].includes(String(typeOf(event))),
    isGood: (event) => event.data === '[DONE]' || typeOf(event) === 'response.completed',
  },
  'anthropic-messages': {
    isError: (event) => typeOf(event) === 'error' && isTree(treeOf(event.json)['error']),
    isGood: (event) => ['message_delta', 'message_stop'].includes(String(typeOf(event))),
  },
  'gemini-generate': {
    isError: ({ json }) => isTree(treeOf(json)['error']),
    isGood: (event) => listIn(event, 'candidates').some((candidate) => typeof treeOf(candidate)['finishReason'] === 'string'),
  },
};

/** Holds when the caller was told of the failure in its dialect: by an error instead of a stream, or by the last event of one. */
export const endsInAnError = (sight: CallerSight): Reading => {
  if (sight.status >= 400 && errorIn(sight) !== undefined) return holds();
  const last = sight.events.at(-1);
  return last !== undefined && ends[sight.probe.dialect].isError(last)
    ? holds()
    : deviates({ expected: `an error of ${sight.probe.dialect} at the end`, actual: last?.data.slice(0, 300) ?? inShort(sight) });
};

/** Whether the target did what is judged: began an answer, or told an error, in the caller's dialect. Silence would prove nothing. */
export const isExercised = (sight: CallerSight): boolean =>
  answerIn(sight) !== undefined || errorIn(sight) !== undefined || endsInAnError(sight).kind === 'holds';

/** Holds when no event of what the caller got says that the answer is whole. */
export const doesNotEndWell = (sight: CallerSight): Reading => {
  if (!isExercised(sight)) return deviates({ expected: `an answer or an error of ${sight.probe.dialect}`, actual: inShort(sight) });
  const good = sight.events.find(ends[sight.probe.dialect].isGood);
  return good === undefined ? holds() : deviates({ expected: 'no event that ends a whole answer', actual: good.data.slice(0, 300) });
};
