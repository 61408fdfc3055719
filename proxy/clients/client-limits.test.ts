import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ProxyError } from '../errors.ts';
import { ClientLimits } from './client-limits.ts';
import type { ClientScope } from './client.ts';

const newLimits = (now = 0) => {
  const clock = { at: now };
  const limits = new ClientLimits({ now: () => clock.at });
  const ask = (scope: ClientScope, id = 'ci'): unknown => {
    try {
      limits.admit({ id, scope });
      return 'in';
    } catch (error) {
      return error instanceof ProxyError ? [error.code, error.status, error.retryAfterSeconds] : error;
    }
  };
  return { clock, limits, ask };
};

describe('requests per minute', () => {
  it('lets so many in at once, then one as often as the rate says, and tells how long to wait', () => {
    const { clock, ask } = newLimits();
    const scope = { requestsPerMinute: 3 };
    expect([ask(scope), ask(scope), ask(scope), ask(scope)]).toEqual(['in', 'in', 'in', ['key-rate-limited', 429, 20]]);
    clock.at = 19_999;
    expect(ask(scope)).toEqual(['key-rate-limited', 429, 1]);
    clock.at = 20_000;
    expect([ask(scope), ask(scope)]).toEqual(['in', ['key-rate-limited', 429, 20]]);
  });

  it('counts each client for itself, and those without a limit not at all', () => {
    const { ask } = newLimits();
    expect([ask({ requestsPerMinute: 1 }, 'a'), ask({ requestsPerMinute: 1 }, 'b'), ask({}, 'a'), ask({}, 'a')]).toEqual([
      'in',
      'in',
      'in',
      'in',
    ]);
  });

  it('follows a new limit with what is left of the old one', () => {
    const { ask } = newLimits();
    expect([1, 2, 3].map(() => ask({ requestsPerMinute: 5 }))).toEqual(['in', 'in', 'in']);
    expect([ask({ requestsPerMinute: 1 }), ask({ requestsPerMinute: 1 })]).toEqual(['in', ['key-rate-limited', 429, 60]]);
  });

  it('gives nothing away when the clock is set back', () => {
    const { clock, ask } = newLimits(100_000);
    expect(ask({ requestsPerMinute: 1 })).toBe('in');
    clock.at = 0;
    expect(ask({ requestsPerMinute: 1 })).toEqual(['key-rate-limited', 429, 60]);
  });

  it('never lets more in than the limit and, per minute, as many again: in no window of any schedule', () => {
    const schedules = fc.array(fc.oneof(fc.constant(0), fc.nat(5_000), fc.nat(90_000)), { maxLength: 150 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), schedules, (requestsPerMinute, waits) => {
        const { clock, ask } = newLimits();
        const entered = waits.flatMap((wait) => {
          clock.at += wait;
          return ask({ requestsPerMinute }) === 'in' ? [clock.at] : [];
        });
        entered.forEach((from, first) => {
          entered.slice(first).forEach((to, more) => {
            expect(more + 1).toBeLessThanOrEqual(requestsPerMinute + ((to - from) * requestsPerMinute) / 60_000 + 1e-6);
          });
        });
      }),
    );
  });

  it('refuses nobody who keeps to the rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(200), (requestsPerMinute, requests) => {
        const { clock, ask } = newLimits();
        for (let at = 0; at < requests; at += 1) {
          expect(ask({ requestsPerMinute })).toBe('in');
          clock.at += 60_000 / requestsPerMinute;
        }
      }),
    );
  });
});

describe('tokens per day', () => {
  const noon = Date.UTC(2026, 1, 3, 12);
  const midnight = Date.UTC(2026, 1, 4);

  it('turns away from the request on that finds the budget spent, until midnight UTC', () => {
    const { clock, limits, ask } = newLimits(noon);
    const scope = { tokensPerDay: 1000 };
    limits.spend('ci', 999, noon);
    expect(ask(scope)).toBe('in');
    limits.spend('ci', 5000, noon);
    expect([ask(scope), ask(scope, 'other')]).toEqual([['key-budget-spent', 429, 12 * 3600], 'in']);
    clock.at = midnight - 1;
    expect(ask(scope)).toEqual(['key-budget-spent', 429, 1]);
    clock.at = midnight;
    expect(ask(scope)).toBe('in');
  });

  it('counts what ends after midnight for the new day, and never gives tokens back', () => {
    const { clock, limits, ask } = newLimits(noon);
    limits.spend('ci', 10, noon);
    clock.at = midnight;
    limits.spend('ci', 6, midnight);
    limits.spend('ci', -100, midnight);
    expect([ask({ tokensPerDay: 7 }), ask({ tokensPerDay: 6 })]).toEqual(['in', ['key-budget-spent', 429, 24 * 3600]]);
  });

  it('uses up no request of the rate', () => {
    const { clock, limits, ask } = newLimits(noon);
    const scope = { tokensPerDay: 1, requestsPerMinute: 1 };
    limits.spend('ci', 1, noon);
    expect(ask(scope)).toEqual(['key-budget-spent', 429, 12 * 3600]);
    clock.at = midnight;
    expect(ask(scope)).toBe('in');
  });
});

it('remembers a bounded number of clients, those that asked last', () => {
  const { limits, ask } = newLimits();
  const scope = { tokensPerDay: 1 };
  limits.spend('first', 1, 0);
  limits.spend('second', 1, 0);
  for (let other = 0; other < 9_998; other += 1) limits.spend(`other-${other}`, 1, 0);
  expect(ask(scope, 'first')).toEqual(['key-budget-spent', 429, 24 * 3600]);
  limits.spend('one more', 1, 0);
  expect([ask(scope, 'first'), ask(scope, 'second')]).toEqual([['key-budget-spent', 429, 24 * 3600], 'in']);
});
