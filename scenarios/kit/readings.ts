import { answerIn, errorIn } from './conversation.ts';
import { isEventStream, type Answer, type ErrorEnvelope } from './dialects/caller-dialect.ts';
import { cannotTell, deviates, holds, type Reading } from './expectation.ts';
import type { CallerSight, FullSight } from './sight.ts';

/** What a sight amounts to in one line, for `actual`. */
export const inShort = (sight: CallerSight): string => {
  if (sight.status === 0) return `no answer (${sight.end}${sight.errorCode ? `, ${sight.errorCode}` : ''})`;
  const body = sight.bodyText.length > 300 ? `${sight.bodyText.slice(0, 300)}…` : sight.bodyText;
  return `${sight.status} ${sight.headers['content-type'] ?? 'without content type'}${sight.end === 'complete' ? '' : ` (${sight.end})`}: ${body}`;
};

const answerProblem = (sight: CallerSight, answer: Answer | undefined): string | undefined => {
  if (sight.status !== 200) return 'status 200';
  if (sight.end !== 'complete') return 'an answer that ends';
  if (sight.probe.stream !== isEventStream(sight)) return sight.probe.stream ? 'an event stream' : 'a plain answer';
  if (answer === undefined) return `an answer in ${sight.probe.dialect}`;
  if (!answer.ended) return 'a stream with its terminal event';
  return undefined;
};

/** Holds when the caller got a whole answer in its dialect and mode, and `check` finds nothing wrong with it. */
export const answers = (sight: CallerSight, check: (answer: Answer) => Reading = () => holds()): Reading => {
  const answer = answerIn(sight);
  const problem = answerProblem(sight, answer);
  if (problem !== undefined || answer === undefined) return deviates({ expected: problem ?? 'an answer', actual: inShort(sight) });
  return check(answer);
};

/** A model that thinks may have spent its few tokens before its first word. */
const cutAtItsLimit = ({ stop }: Answer): boolean => ['length', 'max_tokens', 'MAX_TOKENS', 'incomplete'].includes(stop ?? '');

const saysAnything = (answer: Answer): Reading =>
  answer.text.trim() !== '' || cutAtItsLimit(answer) ? holds() : deviates({ expected: 'an answer with text', actual: answer.text });

/**
 * Holds when the answer's text is exactly this: what the upstream said, nothing lost and nothing added. On a live target any text will do:
 * its model was given no script.
 */
export const says = (sight: CallerSight, text: string): Reading =>
  answers(sight, (answer) => {
    if (sight.live === true) return saysAnything(answer);
    return answer.text === text ? holds() : deviates({ expected: text, actual: answer.text });
  });

/** Holds when the caller was refused with this status, as JSON in its own dialect's envelope, and `check` finds nothing wrong. */
export const refused = (sight: CallerSight, status: number, check: (error: ErrorEnvelope) => Reading = () => holds()): Reading => {
  if (sight.status !== status || sight.end !== 'complete') return deviates({ expected: `status ${status}`, actual: inShort(sight) });
  const error = errorIn(sight);
  if (error === undefined) return deviates({ expected: `the error envelope of ${sight.probe.dialect}`, actual: inShort(sight) });
  return check(error);
};

/** Holds when the error's message matches every pattern. */
export const mentions = (error: ErrorEnvelope, ...patterns: readonly RegExp[]): Reading => {
  const missing = patterns.filter((pattern) => !pattern.test(error.message));
  return missing.length === 0 ? holds() : deviates({ expected: `a message that matches ${missing.join(' and ')}`, actual: error.message });
};

/** The first reading that does not hold, else holds. */
export const allOf = (...readings: readonly Reading[]): Reading => readings.find((reading) => reading.kind !== 'holds') ?? holds();

/** Judges what reached the upstream; cannot tell when nothing did. */
export const everyUpstreamCall = (sight: FullSight, check: (call: FullSight['upstreamCalls'][number]) => Reading): Reading =>
  sight.upstreamCalls.length === 0
    ? cannotTell('not-exercised', `no request of this step reached the upstream; the caller got ${inShort(sight)}`)
    : allOf(...sight.upstreamCalls.map(check));

/** Holds when exactly this many requests of the step reached the upstream. */
export const reachedUpstream = (sight: FullSight, times: number): Reading =>
  sight.upstreamCalls.length === times
    ? holds()
    : deviates({ expected: `${times} upstream requests`, actual: `${sight.upstreamCalls.length} upstream requests` });
