import { exchange } from '#fixtures/catalogue';
import type { SurfaceId } from '#fixtures/exchange';
import type { Play, UpstreamRequest } from '#fixtures/upstreams/script';
import { deviates, holds, inShort, type CallerSight, type FullSight, type Reading } from '#scenarios/kit/index';

/** How an upstream refuses for its rate, beside the vendor's own words. */
export interface Refusal {
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the vendor's usual body. */
  readonly body?: unknown;
  readonly delayMs?: number;
}

/** The vendor's 429 with exactly these headers: none of the retry headers that the fixture has. */
export const refuses = ({ surface }: UpstreamRequest, { headers = {}, body, delayMs }: Refusal): Play => {
  const known = exchange(`${surface}/rate-limited`);
  const kept = Object.entries(known.response.headers).filter(([name]) => !name.startsWith('retry-after'));
  const chunks = body === undefined ? known.response.chunks : [{ afterMs: 0, utf8: JSON.stringify(body) }];
  return {
    exchange: known.id,
    made: { ...known, response: { ...known.response, headers: { ...Object.fromEntries(kept), ...headers }, chunks } },
    ...(delayMs !== undefined && { delayMs }),
  };
};

const retryInfo = (seconds: number) => ({
  error: {
    code: 429,
    message: 'You exceeded your current quota.',
    status: 'RESOURCE_EXHAUSTED',
    details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` }],
  },
});

const codexLimit = (seconds: number) => ({
  error: { type: 'usage_limit_reached', message: 'The usage limit has been reached', plan_type: 'free', resets_in_seconds: seconds },
});

const openaiWords = (seconds: number) => ({
  error: { message: `Rate limit reached. Please try again in ${seconds}s.`, type: 'requests', param: null, code: 'rate_limit_exceeded' },
});

/** Where each vendor says when to come back, if not in `Retry-After` (sheet X3 b). */
export const inVendorsOwnPlace: Readonly<Partial<Record<SurfaceId, (seconds: number, nowMs: number) => Refusal>>> = {
  'openai-chat': (seconds) => ({ body: openaiWords(seconds) }),
  'openai-responses': (seconds) => ({ body: openaiWords(seconds) }),
  codex: (seconds) => ({ body: codexLimit(seconds) }),
  'anthropic-messages': (seconds, nowMs) => ({
    headers: {
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': new Date(nowMs + seconds * 1000).toISOString(),
      // A window that has something left is not why it refused.
      'anthropic-ratelimit-tokens-remaining': '9000',
      'anthropic-ratelimit-tokens-reset': new Date(nowMs + 3_600_000).toISOString(),
    },
  }),
  'gemini-generate': (seconds) => ({ body: retryInfo(seconds) }),
  antigravity: (seconds) => ({ body: retryInfo(seconds) }),
};

/** The wait that a client library reads, in seconds; most read whole seconds only (sheet X3 e10). */
export const toldSeconds = ({ headers }: CallerSight): number | undefined => {
  const value = headers['retry-after'];
  return value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : undefined;
};

/** Holds for a 429 that tells a wait between these, in seconds. */
export const tellsWait = (sight: CallerSight, least: number, most: number): Reading => {
  const told = toldSeconds(sight);
  const expected = `429 with a Retry-After from ${least} to ${most}`;
  if (sight.status !== 429) return deviates({ expected, actual: inShort(sight) });
  return told !== undefined && told >= least && told <= most
    ? holds()
    : deviates({ expected, actual: sight.headers['retry-after'] ?? 'no Retry-After' });
};

/** Holds when the step was turned away by the proxy itself. */
export const turnedAwayAlone = (sight: FullSight): Reading =>
  sight.status === 429 && sight.upstreamCalls.length === 0
    ? holds()
    : deviates({
        expected: '429 without asking the upstream',
        actual: `${sight.upstreamCalls.length} upstream requests, ${inShort(sight)}`,
      });

/** Requests of these steps that reached the upstream. */
export const askedBy = (sights: readonly FullSight[]): number => sights.reduce((sum, { upstreamCalls }) => sum + upstreamCalls.length, 0);
