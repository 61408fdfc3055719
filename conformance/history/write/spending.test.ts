import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openHistory } from '../open-history.ts';
import { noSpending } from '../spending/windows-left.ts';
import type { Ceilings, HistoryStore, SpendRequest } from '../store.ts';
import { testBackends } from '../testing/backends.ts';
import { dayMs, hourMs } from '../windows.ts';

const { backends, remove } = await testBackends();
afterAll(remove);

const midnight = Math.floor(1_790_000_000_000 / dayMs) * dayMs;
const worst = { requests: 3, inputTokens: 100, outputTokens: 20, seconds: 1.5, usd: 0.1 };
const asking = (hour: Ceilings, day: Ceilings = {}, more: Partial<SpendRequest> = {}): SpendRequest => ({
  limits: [{ scope: 'team', hour, day }],
  at: midnight,
  worst,
  ...more,
});

describe.each(backends)('spending on $kind', ({ newLocation }) => {
  let store: HistoryStore;
  let location: string;

  beforeEach(async () => {
    location = await newLocation();
    store = await openHistory(location);
  });
  afterEach(async () => store.close());

  const reserved = async (request: SpendRequest): Promise<string> => {
    const answer = await store.reserve(request);
    if ('refused' in answer) throw new Error(answer.refused);
    return answer.reservation;
  };

  it('reserves the worst case and settles for what it was', async () => {
    const answer = await store.reserve(asking({ requests: 10 }));
    expect('used' in answer && answer.used).toEqual([
      { scope: 'team', span: 'hour', ceilings: { requests: 10 }, used: worst },
      { scope: 'team', span: 'day', ceilings: {}, used: worst },
    ]);
    expect(await store.spent('team', midnight)).toEqual({ hour: worst, day: worst });
    const spent = { requests: 1, inputTokens: 10, outputTokens: 2, seconds: 0.5, usd: 0.05 };
    const { reservation } = answer as { reservation: string };
    await store.settle(reservation, spent);
    await store.settle(reservation, noSpending);
    await store.settle('unknown', spent);
    expect(await store.spent('team', midnight)).toEqual({ hour: spent, day: spent });
  });

  it('goes on counting whatever a target claims to have spent, for the others too', async () => {
    const claimed = 100 * Number.MAX_SAFE_INTEGER;
    const both = asking({}, {}, { limits: ['team', '*'].map((scope) => ({ scope, hour: {}, day: {} })) });
    for (let time = 0; time < 20; time += 1) {
      await store.settle(await reserved(both), { ...worst, inputTokens: claimed, outputTokens: claimed });
    }
    const { day } = await store.spent('*', midnight);
    expect(day).toMatchObject({ requests: 60, inputTokens: 20 * 1e12, outputTokens: 20 * 1e12 });
  });

  it('counts by hours and days of UTC', async () => {
    await reserved(asking({}, {}, { at: midnight + hourMs - 1 }));
    await reserved(asking({}, {}, { at: midnight + hourMs }));
    await reserved(asking({}, {}, { at: midnight + dayMs }));
    const requests = async (at: number) => {
      const { hour, day } = await store.spent('team', at);
      return [hour.requests, day.requests];
    };
    expect([
      await requests(midnight),
      await requests(midnight + hourMs),
      await requests(midnight + dayMs - 1),
      await requests(midnight + dayMs),
    ]).toEqual([
      [3, 6],
      [3, 6],
      [0, 6],
      [3, 3],
    ]);
  });

  it.each([
    ['requests', { requests: 5 }, 'target "team": 3 requests may be needed, and 2 of 5 are left for this hour (UTC)'],
    ['inputTokens', { inputTokens: 199 }, 'target "team": 100 input tokens may be needed, and 99 of 199 are left for this hour (UTC)'],
    ['outputTokens', { outputTokens: 30 }, 'target "team": 20 output tokens may be needed, and 10 of 30 are left for this hour (UTC)'],
    ['seconds', { seconds: 2 }, 'target "team": 1.5 seconds may be needed, and 0.5 of 2 are left for this hour (UTC)'],
    ['usd', { usd: 0.15 }, 'target "team": 0.1 US dollars may be needed, and 0.05 of 0.15 are left for this hour (UTC)'],
  ] as const)('refuses what would go over a ceiling of %s, and reserves nothing of it', async (_name, ceilings, sentence) => {
    await reserved(asking(ceilings));
    expect(await store.reserve(asking(ceilings))).toEqual({ refused: sentence });
    expect((await store.spent('team', midnight)).day).toEqual(worst);
  });

  it('lets a ceiling be reached exactly, in tenths too', async () => {
    for (let time = 0; time < 3; time += 1) await reserved(asking({ usd: 0.3, requests: 9 }));
    expect(await store.reserve(asking({ usd: 0.3 }))).toMatchObject({ refused: expect.stringContaining('0 of 0.3 are left') as string });
  });

  it('refuses everything where the ceiling is zero, also what costs nothing', async () => {
    expect(await store.reserve(asking({}, { usd: 0 }, { worst: noSpending }))).toEqual({
      refused: 'target "team": the ceiling of US dollars per day is 0, so nothing is sent (0 US dollars may be needed)',
    });
  });

  it('reserves in all scopes or in none', async () => {
    const limits = [
      { scope: 'team', hour: {}, day: {} },
      { scope: '*', hour: {}, day: { requests: 2 } },
    ];
    expect(await store.reserve(asking({}, {}, { limits }))).toEqual({
      refused: 'all targets together: 3 requests may be needed, and 2 of 2 are left for this day (UTC)',
    });
    expect([await store.spent('team', midnight), await store.spent('*', midnight)]).toEqual([
      { hour: noSpending, day: noSpending },
      { hour: noSpending, day: noSpending },
    ]);
  });

  it('never goes over a ceiling when eight reserve at once', async () => {
    const others = await Promise.all(Array.from({ length: 8 }, async () => openHistory(location)));
    const scopes = ['a', 'b', '*'];
    const limits = scopes.map((scope) => ({ scope, hour: {}, day: { requests: 50 } }));
    const tries = others.flatMap((other, index) =>
      // In different orders: nobody may wait for somebody who waits for him.
      Array.from({ length: 5 }, async () => other.reserve(asking({}, {}, { limits: index % 2 === 0 ? limits : limits.toReversed() }))),
    );
    const answers = await Promise.all(tries);
    expect(answers.filter((answer) => 'reservation' in answer)).toHaveLength(16);
    for (const scope of scopes) expect((await store.spent(scope, midnight)).day.requests).toBe(48);
    await Promise.all(others.map(async (other) => other.close()));
  });
});
