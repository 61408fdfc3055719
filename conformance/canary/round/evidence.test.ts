import { describe, expect, it } from 'vitest';

import type { ResultRecord } from '../../engine/records.ts';
import { redactor } from '../../engine/redact.ts';
import { evidenceOf } from './evidence.ts';

const redact = redactor(['a-secret-of-the-target']);

const record = (changes: Partial<ResultRecord>): ResultRecord => ({
  scenario: 'a/b',
  row: 3,
  arm: 'canary',
  dialect: 'openai-chat',
  upstream: 'openai-chat',
  stream: false,
  verdict: 'fail',
  durationMs: 1,
  cost: { requests: 1, inputTokens: 0, outputTokens: 0 },
  expectations: [],
  ...changes,
});

const failed = (id: string, text: string) => ({
  id,
  level: 'must' as const,
  side: 'caller' as const,
  verdict: 'fail' as const,
  expected: 200,
  actual: text,
  evidence: text,
});

const line = (what: string) => ({ atMs: 1.4, side: 'caller' as const, direction: 'sent' as const, step: 'ask', what });

describe('evidence', () => {
  it('is what went wrong, with the line that repeats it and the trace, without secrets', () => {
    const passed = { ...failed('well', ''), verdict: 'pass' as const };
    const evidence = evidenceOf(
      record({
        expectations: [passed, failed('is-200', 'no a-secret-of-the-target')],
        repeat: [
          { step: 'before', checks: [], curl: 'curl first' },
          { step: 'ask', checks: ['is-200'], curl: 'curl a-secret-of-the-target' },
        ],
        trace: [line('POST /a-secret-of-the-target')],
      }),
      redact,
    );
    expect(evidence).toEqual({
      checks: [{ id: 'is-200', level: 'must', expected: '200', actual: 'no [redacted]', evidence: 'no [redacted]' }],
      curl: 'curl [redacted]',
      trace: ['1 ms caller sent [ask] POST /[redacted]'],
    });
  });

  it('is absent where all is well', () => {
    expect(evidenceOf(record({ verdict: 'pass' }), redact)).toBeUndefined();
  });

  it('is bounded, whatever the target says', () => {
    const long = '\u0000€'.repeat(40_000);
    const evidence = evidenceOf(
      record({
        expectations: Array.from({ length: 50 }, (_, index) => failed(`check-${index}`, long)),
        repeat: [{ step: 'ask', checks: ['check-0'], curl: `curl ${long}` }],
        trace: Array.from({ length: 5_000 }, () => line(long)),
      }),
      redact,
    );
    expect(Buffer.byteLength(JSON.stringify(evidence))).toBeLessThanOrEqual(16 * 1024);
    expect([evidence?.truncated, evidence?.checks[0]?.id]).toEqual([true, 'check-0']);
  });
});
