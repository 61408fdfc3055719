import { readRefusal } from './refusal-body.ts';

/** When an upstream says that it may be asked again. Each source is read by itself; the latest wins. */

/** What of a refusal says when to come back. */
export interface Hinting {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bodyText: string;
}

/** Beyond this no hint is meant seriously: clocks that are wrong, overflows, the year 9999. */
const absurdMs = 366 * 24 * 60 * 60 * 1000;

const believable = (ms: number | undefined): ms is number => ms !== undefined && Number.isFinite(ms) && ms > 0 && ms <= absurdMs;

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*\d{1,15}(?:\.\d{1,9})?\s*$/.test(text) ? Number(text) : undefined;

const times = (value: number | undefined, by: number): number | undefined => (value === undefined ? undefined : value * by);

/** Until an HTTP date or an RFC 3339 one. A year is no date: `Date.parse` takes almost anything. */
const untilDate = (text: string | undefined, now: number): number | undefined =>
  text !== undefined && /\d{4}/.test(text) && /[:,]/.test(text) ? Date.parse(text) - now : undefined;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `1h2m3.5s`, `26s`, `373.8ms`. */
const durationMs = (text: string): number | undefined => {
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|[smhd]))+$/.test(text)) return undefined;
  return [...text.matchAll(/([\d.]+)(ms|[smhd])/g)].reduce((sum, [, value, unit]) => sum + Number(value) * (unitMs[unit ?? ''] ?? 0), 0);
};

/** What people are told: "Your quota will reset after 1h2m3s", "Please try again in 6m0s", "retry in 20 seconds". */
const inSentence = (message: string): number | undefined => {
  const found =
    /\b(?:reset(?:s)? (?:after|in)|(?:try again|retry) (?:in|after)|after)\s+((?:\d{1,9}(?:\.\d{1,9})?(?:ms|[smhd]))+|\d{1,9}(?:\.\d{1,9})? seconds?)\b/i.exec(
      message.slice(0, 4_096),
    )?.[1];
  return found === undefined ? undefined : durationMs(found.toLowerCase().replace(/ seconds?$/, 's'));
};

const ofRetryAfter = (value: string | undefined, now: number): number | undefined => times(number(value), 1000) ?? untilDate(value, now);

/**
 * `anthropic-ratelimit-<window>-reset`, as RFC 3339 or in seconds since 1970, of the windows that may be the reason: not of those that
 * have something left (`-remaining`) or are allowed (`-status`).
 */
const ofAnthropic = (headers: Hinting['headers'], now: number): readonly (number | undefined)[] =>
  Object.entries(headers).map(([name, value]) => {
    const window = /^(anthropic-ratelimit-.{1,60})-reset$/.exec(name)?.[1];
    if (window === undefined) return undefined;
    const hasLeft = (number(headers[`${window}-remaining`]) ?? 0) > 0 || headers[`${window}-status`]?.startsWith('allowed') === true;
    if (hasLeft) return undefined;
    const at = number(value);
    return at === undefined ? untilDate(value, now) : at * 1000 - now;
  });

const ofBody = (bodyText: string, now: number): readonly (number | undefined)[] => {
  const { message, field } = readRefusal(bodyText);
  const delay = (key: string): number | undefined => {
    const value = field(key);
    return typeof value === 'string' ? durationMs(value) : undefined;
  };
  const seconds = (key: string): number | undefined => {
    const value = field(key);
    return typeof value === 'number' ? value : number(typeof value === 'string' ? value : undefined);
  };
  const resetsAt = seconds('resets_at');
  return [
    delay('retryDelay'),
    delay('quotaResetDelay'),
    times(seconds('resets_in_seconds'), 1000),
    resetsAt === undefined ? undefined : resetsAt * 1000 - now,
    inSentence(message),
  ];
};

/**
 * Milliseconds until the upstream may be asked again, as far as it says so: `retry-after-ms`, `Retry-After` (seconds or date), Google's
 * `RetryInfo` and `quotaResetDelay`, Codex's `resets_at` and `resets_in_seconds`, Anthropic's resets, and sentences (sheet X3 b).
 * What is negative, no number or absurd does not count.
 */
export const hintMs = ({ headers, bodyText }: Hinting, now: number): number | undefined => {
  const hints = [
    number(headers['retry-after-ms']),
    ofRetryAfter(headers['retry-after'], now),
    ...ofAnthropic(headers, now),
    ...ofBody(bodyText, now),
  ].filter(believable);
  return hints.length === 0 ? undefined : Math.ceil(Math.max(...hints));
};
