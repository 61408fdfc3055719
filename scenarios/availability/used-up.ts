import type { UpstreamRequest } from '#fixtures/upstreams/script';
import { deviates, holds, inShort, type CallerSight, type FullSight, type Reading } from '#scenarios/kit/index';

/** Row 19: accounts and projects whose allowance is used up. */

const keyHeaders = ['authorization', 'x-goog-api-key', 'x-api-key'];

/** Whom a request reached its upstream for: the key or token, and Antigravity's project. */
export const accountOf = ({ headers, body }: UpstreamRequest): string => {
  const { project } = (body ?? {}) as { readonly project?: unknown };
  return [...keyHeaders.flatMap((name) => headers[name] ?? []), ...(typeof project === 'string' ? [project] : [])].join(' ');
};

/** Accounts and projects of this name have nothing left, whatever they are asked for. */
export const isUsedUp = (request: UpstreamRequest): boolean => accountOf(request).includes('used-up');

const accountsAsked = (sight: FullSight): readonly string[] => sight.upstreamCalls.map(accountOf);

/** Holds when several accounts were asked at most, none of them twice, and the last had quota left. */
export const eachAccountOnce = (sight: FullSight): Reading => {
  const asked = accountsAsked(sight);
  const isOnce = new Set(asked).size === asked.length;
  return isOnce && asked.length > 0 && asked.at(-1)?.includes('used-up') === false
    ? holds()
    : deviates({ expected: 'each account once, and at the end one with quota left', actual: accountsInShort(asked) });
};

const accountsInShort = (asked: readonly string[]): string =>
  asked.map((account) => (account.includes('used-up') ? 'one without quota' : 'one with quota')).join(', ') || 'no upstream request';

/** Holds when the upstream was asked once, for an account that has quota left. */
export const onlyWhoHasQuota = (sight: FullSight): Reading => {
  const asked = accountsAsked(sight);
  return asked.length === 1 && asked[0]?.includes('used-up') === false
    ? holds()
    : deviates({ expected: 'one with quota', actual: accountsInShort(asked) });
};

const number = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;

/** Seconds after which to come back, as the header or the body of a refusal says; `undefined` when neither does. */
export const secondsToWait = ({ headers, json }: CallerSight): number | undefined => {
  const { error } = (json ?? {}) as { readonly error?: unknown };
  const { reset_seconds: inBody } = (error ?? {}) as { readonly reset_seconds?: unknown };
  const told = [number(headers['retry-after']), number(inBody)].filter((seconds) => seconds !== undefined);
  return told.length === 0 ? undefined : Math.max(...told);
};

/** Holds when a 429 names a time to come back between a second and `most` seconds. */
export const saysWhen = (sight: CallerSight, most: number): Reading => {
  const seconds = sight.status === 429 ? secondsToWait(sight) : undefined;
  return seconds !== undefined && seconds >= 1 && seconds <= most
    ? holds()
    : deviates({ expected: `429, to be asked again within ${most} s`, actual: seconds ?? inShort(sight) });
};
