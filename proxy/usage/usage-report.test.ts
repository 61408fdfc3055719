import { describe, expect, it } from 'vitest';

import { usageReport } from './usage-report.ts';
import type { UsageSum } from './usage-totals.ts';

const sum = (more: Partial<UsageSum>): UsageSum => ({
  day: '2026-11-22',
  hour: 9,
  client: 'ci',
  provider: 'codex',
  model: 'm',
  outcome: 'success',
  requests: 1,
  attempts: 1,
  input: 10,
  output: 5,
  cachedInput: 2,
  reasoning: 1,
  estimated: 0,
  ...more,
});

describe('usageReport', () => {
  it('adds up by client and model, by day and hour', () => {
    const none = { input: 0, output: 0, cachedInput: 0, reasoning: 0 };
    const report = usageReport(
      [
        sum({ requests: 2, attempts: 3, estimated: 1 }),
        sum({ outcome: 'failure', ...none }),
        sum({ outcome: 'client-left', day: '2026-11-23', hour: 10, input: 4, output: 0 }),
        sum({ client: '__proto__', model: 'n', hour: 10 }),
      ],
      { persistent: false, waiting: 0, lost: 0 },
    );
    const model = { cached_tokens: 4, reasoning_tokens: 2, estimated_requests: 1 };
    const expected: unknown = {
      usage: {
        total_requests: 5,
        success_count: 3,
        failure_count: 1,
        total_tokens: 34,
        apis: {
          ci: {
            total_requests: 4,
            total_tokens: 19,
            models: {
              m: { total_requests: 4, success_count: 2, failure_count: 1, total_tokens: 19, input_tokens: 14, output_tokens: 5, ...model },
            },
          },
          ['__proto__']: {
            total_requests: 1,
            total_tokens: 15,
            models: {
              n: {
                total_requests: 1,
                success_count: 1,
                failure_count: 0,
                total_tokens: 15,
                input_tokens: 10,
                output_tokens: 5,
                cached_tokens: 2,
                reasoning_tokens: 1,
                estimated_requests: 0,
              },
            },
          },
        },
        requests_by_day: { '2026-11-22': 4, '2026-11-23': 1 },
        requests_by_hour: { '09': 3, '10': 2 },
        tokens_by_day: { '2026-11-22': 30, '2026-11-23': 4 },
        tokens_by_hour: { '09': 15, '10': 19 },
        client_left_count: 1,
        estimated_requests: 1,
        upstream_attempts: 6,
      },
      failed_requests: 1,
      ledger: { persistent: false, waiting: 0, lost: 0 },
    };
    expect(JSON.parse(JSON.stringify(report))).toEqual(JSON.parse(JSON.stringify(expected)));
  });
});
