import { expect, it } from 'vitest';

import type { ExpectationRecord, Report } from '../engine/records.ts';
import { claimsSection } from './claims-section.ts';
import { expectationLines } from './failure-text.ts';
import { paletteFor } from './palette.ts';

it('a failed check says in one line who is at fault, with nothing of the target unescaped', () => {
  const record: ExpectationRecord = {
    id: 'it-answers',
    level: 'must',
    side: 'caller',
    verdict: 'fail',
    expected: 200,
    actual: 502,
    attribution: { at: 'proxy', because: 'it asked for \u001b[2J' },
  };
  expect(expectationLines(record)).toEqual([
    'must caller it-answers',
    '  expected  200',
    '  actual    502',
    '  at fault  proxy: it asked for \\x1b[2J',
  ]);
});

it('contradicted claims are listed, each with what shows it', () => {
  const contradictedClaims = [{ claim: 'client:openai-responses', because: 'POST /v1/responses → 404', results: 3 }];
  const report = { target: { name: 'mine', profile: 'mine' }, contradictedClaims } as unknown as Report;
  expect(claimsSection(report, paletteFor(false))).toEqual([
    'contradicted claims of profile mine',
    '  client:openai-responses  POST /v1/responses → 404 (3 cells)',
    '',
  ]);
  expect(claimsSection({ ...report, contradictedClaims: [] }, paletteFor(false))).toEqual([]);
});
