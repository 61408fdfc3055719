import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  answers,
  cannotTell,
  deviates,
  holds,
  inShort,
  replay,
  type CallerSight,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

/** What the scenarios of row 2 have in common: accounts that an upstream refuses, and what callers and upstreams see of it. */

export const saidByUpstream = 'Wireproof says ok.';

/** Written into the user's text: the vendor refuses the account. */
export const notEntitled = '[the account is not entitled]';

/** The key of the management API in scenarios that use it. */
export const managementKey = 'wireproof-management-key-of-a-scenario';

export const marked =
  (marker: string) =>
  (request: UpstreamRequest): boolean =>
    request.bodyBytes.includes(marker);

/** The surface's own wording of a refusal. */
export const refusal = (slug: string) => replay(({ surface }) => ({ exchange: `${surface}/${slug}` }));

/** Holds for an answer with any text in it: what a live model says is its own business. */
export const answersSomething = (sight: CallerSight): Reading =>
  answers(sight, ({ text }) => (text.trim() === '' ? deviates({ expected: 'an answer with text', actual: inShort(sight) }) : holds()));

/** What callers see of an account that is refused, or rests because it was. */
const refusedWords = /auth_unavailable|no usable credential|permission|forbidden|API key not valid|token[^.]{0,80}(?:invalid|expired)/i;

/**
 * Holds for an answer, deviates for a failure that looks like a refused account. Any other failure is another row's, which matters where
 * the upstream cannot be seen; where it can, an expectation from behind decides.
 */
export const isNotRefused = (sight: CallerSight): Reading => {
  const reading = answersSomething(sight);
  const isOurs = reading.kind === 'holds' || sight.status === 200 || sight.status === 403 || refusedWords.test(sight.bodyText);
  return isOurs ? reading : cannotTell('prerequisite-failed', `it failed, and not like a refused account: ${inShort(sight)}`);
};

/** Holds for a refusal with this status, in whatever envelope. */
export const hasStatus = (sight: CallerSight, status: number): Reading =>
  sight.status === status && sight.end === 'complete' && sight.json !== undefined
    ? holds()
    : deviates({ expected: `status ${status} with a JSON body`, actual: inShort(sight) });

/** Only a refusal of the upstream can show how it is passed on. */
export const onceRefused = (sights: readonly FullSight[], judge: () => Reading): Reading => {
  const unasked = sights.find(({ upstreamCalls }) => upstreamCalls.length === 0);
  return unasked === undefined ? judge() : cannotTell('not-exercised', `nothing reached the upstream; the caller got ${inShort(unasked)}`);
};

/** The surfaces that a step's requests reached, in order. */
export const reached = (sight: FullSight): readonly string[] => sight.upstreamCalls.map(({ surface }) => surface);
