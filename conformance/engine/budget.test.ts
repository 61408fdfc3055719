import { describe, expect, it } from 'vitest';

import { openLedger, type Budget, type Ledger } from './budget.ts';

const worst = { inputTokens: 10, outputTokens: 100 };

const permitted = (ledger: Ledger) => {
  const permit = ledger.ask(() => worst);
  if (typeof permit === 'string') throw new Error(permit);
  return permit;
};

/** What stands in the way of the next request after so many, none of which told what it cost. */
const refusedAfter = (budget: Budget, requests: number): string | undefined => {
  const ledger = openLedger(budget, () => 0);
  for (let sent = 0; sent < requests; sent += 1) permitted(ledger);
  const answer = ledger.ask(() => worst);
  return typeof answer === 'string' ? answer : undefined;
};

describe('the ledger', () => {
  const prices = { input: 1_000_000, output: 10_000 };
  it.each<readonly [Budget, string]>([
    [{ requests: 2 }, 'all 2 requests are spent'],
    [{ tokens: 329 }, '109 of 329 tokens are left, this request may cost 110'],
    [{ inputTokens: 29 }, '9 of 29 input tokens are left, this request may cost 10'],
    [{ outputTokens: 299 }, '99 of 299 output tokens are left, this request may cost 100'],
    [{ usd: 32.9, prices }, '10.9 of 32.9 US dollars are left, this request may cost 11'],
  ])('keeps to %j', (budget, sentence) => {
    expect([refusedAfter(budget, 1), refusedAfter(budget, 2)]).toEqual([undefined, sentence]);
  });

  it.each<Budget>([{ requests: 3 }, { tokens: 330 }, { inputTokens: 30 }, { outputTokens: 300 }, { usd: 33, prices }])(
    'lets through what just fits: %j',
    (budget) => {
      expect(refusedAfter(budget, 2)).toBeUndefined();
    },
  );

  it('says of one that it is one', () => {
    expect(refusedAfter({ requests: 1 }, 1)).toBe('the 1 request is spent');
  });

  it('keeps to seconds, and gives each request what is left of them', () => {
    let now = 5_000;
    const ledger = openLedger({ seconds: 2 }, () => now);
    expect(permitted(ledger).withinMs).toBe(2_000);
    now += 1_500;
    expect(permitted(ledger).withinMs).toBe(500);
    now += 500;
    expect(ledger.ask(() => worst)).toBe('all 2 seconds are spent');
  });

  it('counts what an answer says it cost, the worst case where it says nothing, and no tokens where there was no connection', () => {
    let now = 0;
    const ledger = openLedger({ tokens: 1_000, prices }, () => now);
    permitted(ledger).settle({ inputTokens: 3, outputTokens: 4 });
    permitted(ledger).settle({ inputTokens: 0, outputTokens: 0 });
    permitted(ledger).neverArrived();
    now = 1_500;
    expect(ledger.spent()).toEqual({ requests: 3, inputTokens: 13, outputTokens: 104, usd: 14.04, seconds: 1.5 });
  });
});
