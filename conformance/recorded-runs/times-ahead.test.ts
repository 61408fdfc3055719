import { expect, it } from 'vitest';

import type { RecordedAnswer } from '#fixtures/recordings/recording';

import { withTimesAhead } from './times-ahead.ts';

const recordedAt = '2026-11-23T12:00:00.000Z';
/** A day and 1.5 s later. */
const nowMs = Date.parse('2026-11-24T12:00:01.500Z');

const answerWith = (value: string): RecordedAnswer => ({
  status: 429,
  version: '1.1',
  fields: [['Retry-After', value]],
  headAfterMs: 0,
  framing: 'none',
  pieces: [],
  ends: 'complete',
  endAfterMs: 0,
});
const valueNow = (value: string): string | undefined =>
  withTimesAhead(answerWith(value), { at: recordedAt, upstream: 'http://mocked.invalid', tool: 'wireproof 0.0.0' }, nowMs).fields[0]?.[1];

it.each([
  ['a date that was ahead is as far ahead', 'Mon, 23 Nov 2026 12:00:21 GMT', 'Tue, 24 Nov 2026 12:00:22 GMT'],
  ['a time with milliseconds, too', '2026-11-23T12:00:20.250Z', '2026-11-24T12:00:21.750Z'],
  ['a time without them keeps its length', '2026-11-23T12:00:20Z', '2026-11-24T12:00:21Z'],
  ['a date that was past stays past', 'Wed, 21 Oct 2015 07:28:00 GMT', 'Wed, 21 Oct 2015 07:28:00 GMT'],
  ['the moment of the answer itself stays', 'Mon, 23 Nov 2026 12:00:00 GMT', 'Mon, 23 Nov 2026 12:00:00 GMT'],
  ['a number of seconds stays', '20', '20'],
  ['words that have a time in them stay', 'after 2026-11-23T12:00:20Z', 'after 2026-11-23T12:00:20Z'],
  ['what only looks like a date stays', 'Xyz, 99 Abc 2026 12:00:21 GMT', 'Xyz, 99 Abc 2026 12:00:21 GMT'],
])('%s', (_, value, expected) => {
  expect(valueNow(value)).toBe(expected);
});
