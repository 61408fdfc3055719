import { existsSync, writeFileSync } from 'node:fs';

import { afterEach, describe, expect, it } from 'vitest';

import type { RoundWritten } from '../../outputs/output.ts';
import { toolAbout } from '../../package-root.ts';
import { systemClock, virtualClock, type CanaryClock } from '../clock.ts';
import type { CanaryTarget } from '../config/canary-plan.ts';
import {
  hangs,
  hugeHeaders,
  resets,
  says,
  startCountedTarget,
  streamsForEver,
  well,
  type Behaviour,
  type CountedTarget,
} from '../testing/counted-target.ts';
import { plainScenario } from '../testing/plain-scenario.ts';
import { plainTarget, roundSetting, type RoundSetting } from '../testing/round-setting.ts';
import { runRound } from './run-round.ts';
import type { RoundWorld } from './round-world.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

const listening = async (behave?: Behaviour): Promise<CountedTarget> => {
  const target = await startCountedTarget(behave);
  opened.push(target.close);
  return target;
};

const setting = async (changes: Partial<RoundWorld> = {}, clock: CanaryClock = virtualClock(1_000_000)): Promise<RoundSetting> => {
  const made = await roundSetting(changes, clock);
  opened.push(made.close);
  return made;
};

const once = (target: CanaryTarget, { world }: Pick<RoundSetting, 'world'>, due = world.clock.now()): Promise<RoundWritten> =>
  runRound(target, { due, reason: 'scheduled' }, world);

const scenariosNamed = (...ids: readonly string[]) => ids.map((id) => plainScenario({ id }));

const brief = ({ round, results }: RoundWritten) => ({
  outcome: round.outcome,
  cause: round.cause,
  verdicts: results.map(({ scenario, verdict }) => `${scenario.slice(6)} ${verdict}`),
});

describe('a round', () => {
  it('asks each scenario once, writes what it found and what was spent before it is told', async () => {
    const target = await listening();
    const made = await setting();
    const written = await once(
      plainTarget(target.url, { scenarios: scenariosNamed('b', 'a'), prices: { input: 1_000_000, output: 0 } }),
      made,
      999_000,
    );
    expect(target.arrived.map(({ path }) => path.replace(/\?.*/, ''))).toEqual(['/b-ask0', '/a-ask0']);
    expect(written.round).toEqual({
      id: written.round.id,
      target: 'gateway',
      location: 'here',
      reason: 'scheduled',
      dueAt: 999_000,
      startedAt: 1_000_000,
      endedAt: 1_000_000,
      outcome: 'complete',
      spent: { requests: 2, inputTokens: 6, outputTokens: 6, usd: 6 },
    });
    expect(written.lagMs).toBe(1_000);
    expect(await made.store.rounds()).toEqual([written.round]);
    expect(written.results.map(({ scenario, verdict, spent }) => ({ scenario, verdict, spent }))).toEqual([
      { scenario: 'plain/a', verdict: 'pass', spent: { requests: 1, inputTokens: 3, outputTokens: 3, usd: 3 } },
      { scenario: 'plain/b', verdict: 'pass', spent: { requests: 1, inputTokens: 3, outputTokens: 3, usd: 3 } },
    ]);
    expect(written.results.map(({ totalMs = -1, firstByteMs = -1 }) => firstByteMs >= 0 && totalMs >= firstByteMs)).toEqual([true, true]);
    const { hour } = await made.store.spent('gateway', 1_000_000);
    expect(hour).toMatchObject({ requests: 2, inputTokens: 6, outputTokens: 6, usd: 6 });
  });

  it('is the same round whoever runs it, and written once', async () => {
    const target = await listening();
    const made = await setting();
    const plan = plainTarget(target.url);
    const [first, second] = [await once(plan, made, 5), await once(plan, made, 5)];
    expect(second.round.id).toBe(first.round.id);
    expect(await made.store.rounds()).toHaveLength(1);
    expect(second.decision).toEqual({ states: [], incidents: [], events: [] });
  });

  it('tells outputs afterwards, and does not suffer from one that throws', async () => {
    const target = await listening();
    const seen: string[] = [];
    const good = { name: 'good', onRound: ({ round }: RoundWritten) => void seen.push(round.id), close: () => Promise.resolve() };
    const bad = {
      ...good,
      name: 'bad',
      onRound: () => {
        throw new Error('broken the-key-of-a-caller-of-the-canary');
      },
    };
    const made = await setting({ outputs: [bad, good] });
    const { round } = await once(plainTarget(target.url), made);
    expect(seen).toEqual([round.id]);
    expect(made.told).toEqual(['output bad: broken [redacted]']);
  });
});

describe('the safety contract', () => {
  it('says in each request who asks and where to read about it', async () => {
    const target = await listening();
    await once(plainTarget(target.url), await setting());
    expect(target.arrived.map(({ headers }) => headers['user-agent'])).toEqual([
      `wireproof/${toolAbout().version} (+https://www.npmjs.com/package/wireproof)`,
    ]);
  });

  it.each([
    ['answers with 500', says(500), 'a fail'],
    ['answers with 429', says(429), 'a fail'],
    ['resets', resets, 'a fail'],
    ['hangs', hangs, 'a fail'],
    ['streams for ever', streamsForEver, 'a pass'],
    ['sends ten megabytes of headers', hugeHeaders, 'a fail'],
  ] as const)('sends nothing twice to a target that %s', async (_what, behave, verdict) => {
    const target = await listening(behave);
    const written = await once(plainTarget(target.url, { scenarios: [plainScenario({ id: 'a', timeoutMs: 300 })] }), await setting());
    expect([target.arrived.length, brief(written).verdicts]).toEqual([1, [verdict]]);
  });

  it('keeps at most so many requests in flight', async () => {
    const target = await listening((response, arrived, index) => {
      // Each waits for company that never comes, unless too many are let in.
      setImmediate(() => setImmediate(() => well()(response, arrived, index)));
    });
    const scenarios = [plainScenario({ id: 'many', steps: 9 })];
    const written = await once(plainTarget(target.url, { scenarios, inFlight: 2 }), await setting());
    expect([target.arrived.length, target.mostOpen(), brief(written).outcome]).toEqual([9, 2, 'complete']);
  });

  const perRequest = { requests: 1, inputTokens: 5, outputTokens: 10 };
  it.each([
    ['requests', { requests: 2 * perRequest.requests }],
    ['input tokens', { inputTokens: 2 * perRequest.inputTokens }],
    ['output tokens', { outputTokens: 2 * perRequest.outputTokens }],
    ['money', { usd: 2 * (perRequest.inputTokens * 2 + perRequest.outputTokens * 3) }],
  ] as const)('never goes beyond the %s of a round', async (_kind, round) => {
    // An answer without counts: the worst case stays spent.
    const target = await listening(well(0));
    const scenarios = scenariosNamed('a', 'b', 'c');
    const plan = plainTarget(target.url, {
      scenarios,
      budget: { round, hour: {}, day: {} },
      prices: { input: 2_000_000, output: 3_000_000 },
    });
    const written = await once(plan, await setting());
    expect([target.arrived.length, brief(written)]).toEqual([2, { outcome: 'stopped', cause: 'budget', verdicts: ['a pass', 'b pass'] }]);
  });

  it('counts what an answer cost beyond its worst case, and goes on as long as the round has room', async () => {
    const target = await listening(well(40));
    const made = await setting();
    const scenarios = scenariosNamed('a', 'b', 'c');
    const budget = { round: { outputTokens: 95 }, hour: {}, day: {} };
    const written = await once(plainTarget(target.url, { scenarios, budget }), made);
    // 10 at worst each: the third one has 15 left. A fourth would have none.
    expect([target.arrived.length, written.round.spent.outputTokens, brief(written).outcome]).toEqual([3, 120, 'complete']);
    const second = await once(plainTarget(target.url, { scenarios: scenariosNamed('a', 'b', 'c', 'd'), budget }), made, 2);
    expect([target.arrived.length, brief(second).cause]).toEqual([6, 'budget']);
    expect((await made.store.spent('gateway', 1_000_000)).hour.outputTokens).toBe(240);
  });

  it('ends a round when its seconds are over, whatever hangs', async () => {
    const target = await listening((response, arrived, index) => {
      if (index === 0) well()(response, arrived, index);
      else void clock.pass(2_000);
    });
    const clock = virtualClock(1_000_000);
    const plan = plainTarget(target.url, {
      scenarios: scenariosNamed('a', 'b', 'c'),
      budget: { round: { seconds: 2 }, hour: {}, day: {} },
    });
    const written = await once(plan, await setting({}, clock));
    expect([target.arrived.length, brief(written)]).toEqual([2, { outcome: 'stopped', cause: 'budget', verdicts: ['a pass'] }]);
    expect(written.round.note).toBe('the round had 2 seconds');
  });

  const ceilings = [{ requests: 3 }, { inputTokens: 15 }, { outputTokens: 30 }, { usd: 120 }];
  it.each(ceilings.flatMap((each) => [{ hour: each }, { day: each }]))(
    'never goes beyond %j, which is too little for two rounds',
    async (windows) => {
      const target = await listening(well(0));
      const made = await setting();
      const budget = { round: {}, hour: {}, day: {}, ...windows };
      const scenarios = scenariosNamed('a', 'b');
      const plan = plainTarget(target.url, { scenarios, budget, prices: { input: 2_000_000, output: 3_000_000 } });
      const [first, second] = [await once(plan, made, 1), await once(plan, made, 2)];
      expect([brief(first).outcome, brief(second), target.arrived.length]).toEqual([
        'complete',
        { outcome: 'not-run', cause: 'budget', verdicts: [] },
        2,
      ]);
    },
  );

  it('never goes beyond the seconds of an hour', async () => {
    const target = await listening();
    const plan = plainTarget(target.url, { budget: { round: {}, hour: { seconds: 9 }, day: {} } });
    // One request that may hang for 5 s, and 5 s of overhead: 10 s at worst.
    expect([brief(await once(plan, await setting())), target.arrived.length]).toEqual([
      { outcome: 'not-run', cause: 'budget', verdicts: [] },
      0,
    ]);
  });

  it('never goes beyond the ceilings over all targets', async () => {
    const target = await listening();
    const made = await setting({ budget: () => ({ hour: { requests: 1 }, day: {} }) });
    const first = await once(plainTarget(target.url, { name: 'first' }), made);
    const second = await once(plainTarget(target.url, { name: 'second' }), made);
    expect([brief(first).outcome, brief(second).cause, target.arrived.length]).toEqual(['complete', 'budget', 1]);
  });

  it('stops at a burst of 5xx, leaves the target alone, each time longer, and asks again afterwards', async () => {
    const target = await listening(says(503));
    const clock = virtualClock(1_000_000);
    const made = await setting({}, clock);
    const plan = plainTarget(target.url, {
      scenarios: scenariosNamed('a', 'b', 'c', 'd'),
      harm: { answers: 2, backOffMs: 60_000, backOffAtMostMs: 100_000 },
    });
    const first = await once(plan, made);
    expect([target.arrived.length, brief(first)]).toEqual([2, { outcome: 'stopped', cause: 'harm', verdicts: ['a fail', 'b fail'] }]);
    await clock.pass(59_000);
    expect([brief(await once(plan, made)), target.arrived.length]).toEqual([{ outcome: 'not-run', cause: 'harm', verdicts: [] }, 2]);
    await clock.pass(2_000);
    await once(plan, made);
    expect(target.arrived.length).toBe(4);
    await clock.pass(99_000);
    expect(brief(await once(plan, made)).outcome).toBe('not-run');
    await clock.pass(2_000);
    target.behave = well();
    expect(brief(await once(plan, made)).outcome).toBe('complete');
    target.behave = says(503);
    await clock.pass(1_000);
    await once(plan, made);
    await clock.pass(61_000);
    // A good round ended what had grown: it is asked again after a minute.
    expect(brief(await once(plan, made)).outcome).toBe('stopped');
  });

  it('stops at the first answer that asks to be left alone, for as long as it says', async () => {
    const target = await listening(says(429, { 'retry-after': '90' }));
    const clock = virtualClock(1_000_000);
    const made = await setting({}, clock);
    const plan = plainTarget(target.url, {
      scenarios: scenariosNamed('a', 'b'),
      harm: { answers: 9, backOffMs: 10_000, backOffAtMostMs: 100_000 },
    });
    await once(plan, made);
    await clock.pass(89_000);
    const second = await once(plan, made);
    expect([target.arrived.length, second.round.cause, second.round.note]).toEqual([
      1,
      'harm',
      'left alone until 1970-01-01T00:18:10.000Z: the target answered 429 and asked to be left alone (Retry-After)',
    ]);
  });

  it('does not leave a target alone for as long as the clock was ahead', async () => {
    const target = await listening(says(429, { 'retry-after': '90' }));
    const clock = virtualClock(1_000_000);
    const made = await setting({}, clock);
    const plan = plainTarget(target.url, { harm: { answers: 9, backOffMs: 10_000, backOffAtMostMs: 100_000 } });
    clock.jump(30 * 86_400_000);
    await once(plan, made);
    clock.jump(-30 * 86_400_000);
    await clock.pass(200_000);
    await once(plan, made);
    expect(target.arrived).toHaveLength(2);
  });

  it.each(['file', 'fact'] as const)('obeys the kill switch (%s) before a round and within it', async (how) => {
    const made = await setting({}, virtualClock(1_000_000));
    const pause = (): unknown => (how === 'file' ? writeFileSync(made.pauseFile, '') : made.store.setFact('paused', 'somebody said so'));
    const clock = made.world.clock as ReturnType<typeof virtualClock>;
    const target = await listening((response, arrived, index) => {
      void Promise.resolve(index === 1 ? pause() : undefined)
        .then(() => clock.pass(1_000))
        .then(() => well()(response, arrived, index));
    });
    const plan = plainTarget(target.url, { scenarios: scenariosNamed('a', 'b', 'c', 'd') });
    const written = await once(plan, made);
    const because = how === 'file' ? `paused by the file ${made.pauseFile}` : 'somebody said so';
    expect([target.arrived.length, brief(written), written.round.note]).toEqual([
      2,
      { outcome: 'stopped', cause: 'paused', verdicts: ['a pass', 'b pass'] },
      because,
    ]);
    expect(brief(await once(plan, made, 7))).toEqual({ outcome: 'not-run', cause: 'paused', verdicts: [] });
    expect([target.arrived.length, existsSync(made.pauseFile)]).toEqual([2, how === 'file']);
  });

  it('never runs live what is not safe there, nor what changes something, unless it was named', async () => {
    const target = await listening();
    const unsafe = plainScenario({ id: 'unsafe', live: { safe: false, because: 'it could have the caller banned' } });
    const changing = plainScenario({ id: 'changing', live: { safe: true, idempotent: false, maxOutputTokens: 10, timeoutMs: 1_000 } });
    const made = await setting();
    const plan = plainTarget(target.url, { scenarios: [unsafe, changing] });
    expect(brief(await once(plan, made, 1))).toEqual({ outcome: 'not-run', cause: 'error', verdicts: [] });
    expect(target.arrived).toEqual([]);
    const allowing = { ...plan, allowed: ['plain/unsafe', 'plain/changing'] };
    expect(brief(await once(allowing, made, 2)).verdicts).toEqual(['changing pass']);
    expect(target.arrived).toHaveLength(1);
  });

  it('begins no round when the canary ends, lets one go on that is under way, and gives it up when its time is over', async () => {
    const made = await setting();
    const target = await listening((response, arrived, index) => {
      made.end();
      well()(response, arrived, index);
    });
    const plan = plainTarget(target.url, { scenarios: scenariosNamed('a', 'b') });
    expect(brief(await once(plan, made))).toEqual({ outcome: 'complete', cause: undefined, verdicts: ['a pass', 'b pass'] });
    expect(brief(await once(plan, made, 2))).toEqual({ outcome: 'not-run', cause: 'shutdown', verdicts: [] });
    const other = await setting();
    target.behave = (response, arrived, index) => (index === 2 ? well()(response, arrived, index) : other.abort());
    expect(brief(await once(plan, other, 3))).toEqual({ outcome: 'stopped', cause: 'shutdown', verdicts: ['a pass'] });
    expect(target.arrived).toHaveLength(4);
  });

  it('blames no target and changes no state when the canary itself is offline', async () => {
    const target = await listening();
    await target.close();
    const made = await setting({ isOnline: () => Promise.resolve(false) });
    const written = await once(plainTarget(target.url), made);
    expect(brief(written)).toEqual({ outcome: 'not-run', cause: 'offline', verdicts: [] });
    expect(await made.store.states()).toEqual([]);
    const online = await once(plainTarget(target.url), { world: { ...made.world, isOnline: () => Promise.resolve(true) } }, 2);
    expect(brief(online)).toEqual({ outcome: 'complete', cause: undefined, verdicts: ['one unreachable'] });
  });

  it('is done with hostile targets within their seconds, beside a healthy one', async () => {
    const made = await setting({}, systemClock());
    const behaviours = [hangs, streamsForEver, hugeHeaders, resets, well()];
    const targets = await Promise.all(behaviours.map((behave) => listening(behave)));
    const plans = targets.map(({ url }, index) =>
      plainTarget(url, {
        name: `target-${index}`,
        scenarios: scenariosNamed('a', 'b', 'c'),
        budget: { round: { seconds: 1 }, hour: {}, day: {} },
      }),
    );
    const written = await Promise.all(plans.map((plan) => once(plan, made)));
    expect(written.map((each) => brief(each).outcome)).toEqual(['stopped', 'complete', 'complete', 'complete', 'complete']);
    expect(brief(written[0] as RoundWritten)).toEqual({ outcome: 'stopped', cause: 'budget', verdicts: [] });
    expect(brief(written[4] as RoundWritten).verdicts).toEqual(['a pass', 'b pass', 'c pass']);
    // Each question once: the hanging target was asked no second one.
    expect(targets.map(({ arrived }) => arrived.length)).toEqual([1, 3, 3, 3, 3]);
  });

  it('keeps secrets out of results, rounds and what it says', async () => {
    const key = 'the-key-of-a-caller-of-the-canary';
    const target = await listening((response, { headers }) => {
      response.writeHead(401, { 'content-type': 'application/json', 'x-seen': String(headers.authorization) });
      response.end(JSON.stringify({ error: { message: `no such key: ${String(headers.authorization)}` } }));
    });
    const made = await setting();
    const written = await once(plainTarget(target.url), made);
    expect(String(target.arrived[0]?.headers.authorization)).toBe(`Bearer ${key}`);
    expect(brief(written).verdicts).toEqual(['one fail']);
    expect(JSON.stringify([written.round, written.results, await made.store.results(), made.told])).not.toContain(key);
    expect(written.results[0]?.evidence?.curl).toContain('$WIREPROOF_KEY');
  });
});
