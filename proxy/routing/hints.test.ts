import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { hintMs } from './hints.ts';

/** 2026-02-02T02:40:00Z */
const now = 1_770_000_000_000;

const google = (...details: readonly object[]): string => JSON.stringify({ error: { code: 429, message: 'Quota.', details } });
const retryInfo = (retryDelay: unknown): string => google({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay });
const codex = (fields: object): string => JSON.stringify({ error: { type: 'usage_limit_reached', message: 'Limit.', ...fields } });
const said = (message: string): string => JSON.stringify({ error: { message } });

describe('hintMs', () => {
  it.each<[string, Readonly<Record<string, string>>, string, number | undefined]>([
    ['nothing', {}, '', undefined],
    ['seconds', { 'retry-after': '7' }, '', 7_000],
    ['seconds with a fraction', { 'retry-after': '0.5' }, '', 500],
    ['an HTTP date', { 'retry-after': 'Mon, 02 Feb 2026 02:41:00 GMT' }, '', 60_000],
    ['milliseconds', { 'retry-after-ms': '1500' }, '', 1_500],
    ['the later of two', { 'retry-after': '2', 'retry-after-ms': '1500' }, '', 2_000],
    ['RetryInfo', {}, retryInfo('26s'), 26_000],
    ['RetryInfo with a fraction', {}, retryInfo('1.5s'), 1_500],
    ['RetryInfo in a list', {}, `[${retryInfo('3s')}]`, 3_000],
    ['quotaResetDelay', {}, google({ reason: 'RATE_LIMIT_EXCEEDED', metadata: { quotaResetDelay: '1h2m3.5s' } }), 3_723_500],
    ['quotaResetDelay in ms', {}, google({ metadata: { quotaResetDelay: '373.801628ms' } }), 374],
    ['a sentence', {}, said('Your quota will reset after 1h2m3s.'), 3_723_000],
    ['another sentence', {}, said('Rate limit reached. Please try again in 6m0s.'), 360_000],
    ['seconds in words', {}, said('Retry in 20 seconds'), 20_000],
    ['text that is no JSON', {}, 'slow down, retry after 5s', 5_000],
    ['resets_in_seconds', {}, codex({ resets_in_seconds: 90 }), 90_000],
    ['resets_at', {}, codex({ resets_at: now / 1000 + 30 }), 30_000],
    ['an Anthropic reset', { 'anthropic-ratelimit-requests-reset': '2026-02-02T02:40:30Z' }, '', 30_000],
    ['an Anthropic reset in Unix time', { 'anthropic-ratelimit-unified-5h-reset': String(now / 1000 + 60) }, '', 60_000],
    [
      'the Anthropic window that is used up',
      {
        'anthropic-ratelimit-requests-reset': '2026-02-02T03:40:00Z',
        'anthropic-ratelimit-requests-remaining': '9',
        'anthropic-ratelimit-tokens-reset': '2026-02-02T02:41:00Z',
        'anthropic-ratelimit-tokens-remaining': '0',
        'anthropic-ratelimit-unified-7d-reset': '2026-02-04T02:40:00Z',
        'anthropic-ratelimit-unified-7d-status': 'allowed_warning',
      },
      '',
      60_000,
    ],
  ])('%s', (_about, headers, bodyText, expected) => {
    expect(hintMs({ headers, bodyText }, now)).toBe(expected);
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['negative seconds', { 'retry-after': '-5' }, ''],
    ['no number', { 'retry-after': 'NaN' }, ''],
    ['an exponent', { 'retry-after': '1e9' }, ''],
    ['zero', { 'retry-after': '0' }, ''],
    ['a date in the past', { 'retry-after': 'Mon, 02 Feb 2026 02:00:00 GMT' }, ''],
    ['the year 9999', { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }, ''],
    ['more seconds than a year has', { 'retry-after': '99999999999' }, ''],
    ['a negative delay', {}, retryInfo('-26s')],
    ['a delay that is no text', {}, retryInfo({ seconds: 26 })],
    ['a reset in the past', {}, codex({ resets_at: 1 })],
    ['a negative reset', {}, codex({ resets_in_seconds: -1 })],
    ['the year 9999 of Anthropic', { 'anthropic-ratelimit-requests-reset': '9999-12-31T00:00:00Z' }, ''],
  ])('does not believe %s', (_about, headers, bodyText) => {
    expect(hintMs({ headers, bodyText }, now)).toBeUndefined();
  });

  it('takes anything without failing, and never gives a time that is none', () => {
    const header = fc.oneof(fc.string(), fc.integer().map(String), fc.date().map(String));
    fc.assert(
      fc.property(header, header, fc.oneof(fc.json(), fc.string()), (after, reset, bodyText) => {
        const hint = hintMs({ headers: { 'retry-after': after, 'anthropic-ratelimit-x-reset': reset }, bodyText }, now);
        expect(hint === undefined || (Number.isInteger(hint) && hint > 0 && hint <= 366 * 86_400_000)).toBe(true);
      }),
    );
  });
});
