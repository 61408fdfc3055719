import { describe, expect, it } from 'vitest';

import documented from '../personas/documented.ts';
import type { Failure } from '../remedies/remedy.ts';
import { Breakers } from './breakers.ts';
import { Cooldowns } from './cooldowns.ts';
import type { CooldownStart } from './cooldowns.ts';
import { coolingOf } from './cooling-policy.ts';
import type { Candidate } from './model-table.ts';
import { RetryBudget } from './retry-budget.ts';

const candidate = (id = 'c', more: { readonly secret?: string; readonly plan?: string } = {}): Candidate => ({
  provider: {
    id: 'p',
    dialect: 'openai-chat',
    operations: ['generate'],
    catalogue: [],
    owner: 'o',
    prepare: () => ({ path: '/', headers: {}, body: '', streams: false }),
  },
  credential: { id, provider: 'p', baseUrl: 'http://x', secret: 'secret-one', fields: {}, ...more },
  upstreamModel: 'm',
  forceName: false,
  priority: 0,
  weight: 1,
  disableCooling: false,
  requestRetry: 0,
});

const newClock = () => {
  let now = 1_000_000;
  return { now: () => now, pass: (ms: number) => (now += ms) };
};

const quota = (forMs: number, hinted = false): CooldownStart => ({
  kind: 'quota',
  forMs,
  hinted,
  failureClass: 'quota',
  error: { status: 429 },
});
const dead = (forMs: number): CooldownStart => ({
  kind: 'credential',
  forMs,
  hinted: false,
  failureClass: 'unauthorized',
  error: { status: 401, code: 'invalid_api_key' },
});
const shaky = (forMs: number): CooldownStart => ({
  kind: 'transient',
  forMs,
  hinted: false,
  failureClass: 'unavailable',
  error: { status: 503 },
});

describe('Cooldowns', () => {
  it('end on time, or with a success', () => {
    const clock = newClock();
    const cooldowns = new Cooldowns(clock);
    cooldowns.start(candidate(), dead(1_000));
    clock.pass(999);
    expect(cooldowns.turnsAway(candidate())).toBe(true);
    clock.pass(1);
    expect(cooldowns.of(candidate())).toBeUndefined();
    cooldowns.start(candidate(), dead(1_000));
    cooldowns.succeeded(candidate());
    expect(cooldowns.of(candidate())).toBeUndefined();
  });

  it('of an account do not outlast its token, nor of a model its plan', () => {
    const cooldowns = new Cooldowns(newClock());
    cooldowns.start(candidate('a'), dead(1_000));
    expect([cooldowns.turnsAway(candidate('a')), cooldowns.turnsAway(candidate('a', { secret: 'secret-two' }))]).toEqual([true, false]);
    cooldowns.start(candidate('b', { plan: 'plus' }), { ...dead(1_000), kind: 'model' });
    const states = [candidate('b', { plan: 'plus', secret: 'other' }), candidate('b', { plan: 'pro' })].map((one) =>
      cooldowns.turnsAway(one),
    );
    expect(states).toEqual([true, false]);
    cooldowns.start(candidate('c'), quota(1_000));
    expect(cooldowns.turnsAway(candidate('c', { secret: 'secret-two' }))).toBe(true);
  });

  it('double per window without a hint; a burst stays within its window', () => {
    const clock = newClock();
    const cooldowns = new Cooldowns(clock);
    const schedule = documented.routing.quotaMs;
    const windows: number[] = [];
    for (let window = 0; window < 13; window += 1) {
      for (let burst = 0; burst < 3; burst += 1) cooldowns.start(candidate(), quota(cooldowns.nextQuotaMs(candidate(), schedule)));
      windows.push((cooldowns.of(candidate())?.until ?? 0) - clock.now());
      clock.pass(windows.at(-1) ?? 0);
    }
    expect(windows.map((ms) => ms / 1000)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1800, 1800]);
    cooldowns.succeeded(candidate());
    expect(cooldowns.nextQuotaMs(candidate(), schedule)).toBe(1_000);
  });

  it.each([
    ['a hint replaces a guess', quota(1_000), quota(500, true), 500],
    ['a newer hint replaces an older one', quota(5_000, true), quota(2_000, true), 2_000],
    ['a guess does not touch a window that is open', quota(1_000, true), quota(9_000), 1_000],
    ['what is transient does not shorten what is not', dead(1_000), shaky(5_000), 1_000],
    ['what turns away replaces what is transient', shaky(5_000), dead(1_000), 1_000],
    ['the longer of two reasons stays', dead(9_000), quota(1_000), 9_000],
  ])('%s', (_about, first, second, expected) => {
    const clock = newClock();
    const cooldowns = new Cooldowns(clock);
    cooldowns.start(candidate(), first);
    cooldowns.start(candidate(), second);
    expect((cooldowns.of(candidate())?.until ?? 0) - clock.now()).toBe(expected);
  });

  it('let one request try after a quota’s time, and others follow when it is answered or takes long', () => {
    const clock = newClock();
    const cooldowns = new Cooldowns(clock);
    const away = () => cooldowns.turnsAway(candidate());
    cooldowns.start(candidate(), quota(1_000));
    cooldowns.entered(candidate());
    clock.pass(1_000);
    const seen = [away()];
    cooldowns.entered(candidate());
    seen.push(away());
    cooldowns.left(candidate());
    seen.push(away());
    cooldowns.entered(candidate());
    clock.pass(1_999);
    seen.push(away());
    clock.pass(1);
    cooldowns.entered(candidate());
    seen.push(away());
    cooldowns.succeeded(candidate());
    cooldowns.entered(candidate());
    seen.push(away());
    expect(seen).toEqual([false, true, false, true, false, false]);
  });

  it('begin anew when the one that tried is refused, a step longer', () => {
    const clock = newClock();
    const cooldowns = new Cooldowns(clock);
    const refuse = () => cooldowns.start(candidate(), quota(cooldowns.nextQuotaMs(candidate(), documented.routing.quotaMs)));
    refuse();
    clock.pass(1_000);
    cooldowns.entered(candidate());
    refuse();
    expect((cooldowns.of(candidate())?.until ?? 0) - clock.now()).toBe(2_000);
  });

  it('of a quota outlast the success of what was sent before them', () => {
    const clock = newClock();
    const cooldowns = new Cooldowns(clock);
    cooldowns.start(candidate(), quota(1_000));
    cooldowns.succeeded(candidate());
    expect(cooldowns.turnsAway(candidate())).toBe(true);
    clock.pass(1_000);
    cooldowns.entered(candidate());
    cooldowns.succeeded(candidate());
    expect(cooldowns.turnsAway(candidate())).toBe(false);
  });

  it('hide a model for other reasons than quota, until they end or, for some builds, until a success', () => {
    const clock = newClock();
    const cooldowns = new Cooldowns(clock);
    const all = [candidate('a'), candidate('b')];
    const hidden = () => [cooldowns.hides(all, true), cooldowns.hides(all, false)];
    cooldowns.start(candidate('a'), dead(1_000));
    expect(hidden()).toEqual([false, false]);
    cooldowns.start(candidate('b'), quota(1_000));
    expect(hidden()).toEqual([false, false]);
    cooldowns.start(candidate('b'), { ...dead(2_000), kind: 'model' });
    expect(hidden()).toEqual([true, true]);
    clock.pass(1_000);
    expect(hidden()).toEqual([false, true]);
    cooldowns.succeeded(candidate('a'));
    expect(hidden()).toEqual([false, false]);
  });

  it('remember why, without request and secret', () => {
    const cooldowns = new Cooldowns(newClock());
    const call = { path: '/', headers: { authorization: 'secret-one' }, body: 'large', streams: false };
    const because: Failure = {
      provider: 'p',
      model: 'm',
      requestedModel: 'm',
      operation: 'generate',
      credential: { ...candidate().credential, headers: { 'x-own': 'secret-two' } },
      call,
      now: 0,
      attemptId: '1',
      status: 401,
      headers: {},
      bodyText: 'x'.repeat(5_000),
      repeated: 1,
      modelRefusals: 0,
    };
    cooldowns.start(candidate(), { ...dead(1_000), because });
    const kept = cooldowns.of(candidate());
    expect([kept?.because?.call, kept?.because?.bodyText.length]).toEqual([{ path: '/', headers: {}, body: '', streams: false }, 2_000]);
    expect(JSON.stringify(kept)).not.toMatch(/secret-/);
  });

  it('show what runs, and can be ended', () => {
    const clock = newClock();
    const cooldowns = new Cooldowns(clock);
    cooldowns.start(candidate('b'), dead(1_000));
    cooldowns.start(candidate('a'), quota(2_000));
    const [since, upstreamModel] = [clock.now(), 'm'];
    expect(cooldowns.view()).toEqual([
      { credential: 'a', upstreamModel, kind: 'quota', since, until: since + 2_000, error: { status: 429 } },
      { credential: 'b', upstreamModel, kind: 'credential', since, until: since + 1_000, error: { status: 401, code: 'invalid_api_key' } },
    ]);
    expect([cooldowns.reset('b'), cooldowns.reset('b'), cooldowns.reset(), cooldowns.view()]).toEqual([1, 0, 1, []]);
  });
});

describe('coolingOf', () => {
  const { routing: policy } = documented;
  const minutes = 60_000;
  const failure = (status: number, more: object = {}) => ({ status, hintMs: undefined, isChallenge: false, ...more });

  it.each([
    ['unauthorized', failure(401), { kind: 'credential', forMs: 30 * minutes, hinted: false }],
    ['unauthorized', failure(400), { kind: 'credential', forMs: 30 * minutes, hinted: false }],
    ['forbidden', failure(402), { kind: 'credential', forMs: 30 * minutes, hinted: false }],
    ['forbidden', failure(403, { hintMs: 1_000 }), { kind: 'credential', forMs: 30 * minutes, hinted: false }],
    ['quota', failure(429), { kind: 'quota', hinted: false }],
    ['quota', failure(429, { hintMs: 7_000 }), { kind: 'quota', forMs: 7_000, hinted: true }],
    ['quota', failure(429, { hintMs: 529_498_000 }), { kind: 'quota', forMs: 24 * 60 * minutes, hinted: true }],
    ['quota', failure(403, { isChallenge: true }), { kind: 'quota', forMs: 10_000, hinted: true }],
    ['quota', failure(403, { isChallenge: true, hintMs: 20_000 }), { kind: 'quota', forMs: 20_000, hinted: true }],
    ['unavailable', failure(503), { kind: 'transient', forMs: minutes, hinted: false }],
    ['unavailable', failure(503, { hintMs: 5_000 }), { kind: 'transient', forMs: 5_000, hinted: true }],
    ['unavailable', failure(529), undefined],
    ['request-fault', failure(400, { hintMs: 1_000 }), undefined],
    ['model-refused', failure(404), undefined],
    ['other', failure(406), undefined],
  ] as const)('%s %o', (failureClass, about, expected) => {
    expect(coolingOf({ failureClass, ...about }, policy, 0)).toEqual(expected);
  });

  it.each([
    [-1, undefined],
    [5, { kind: 'transient', forMs: 5_000, hinted: false }],
  ])('transient-error-cooldown-seconds %i', (seconds, expected) => {
    expect(coolingOf({ failureClass: 'unavailable', ...failure(500) }, policy, seconds)).toEqual(expected);
    expect(coolingOf({ failureClass: 'unauthorized', ...failure(401) }, policy, seconds)?.forMs).toBe(30 * minutes);
  });
});

describe('Breakers', () => {
  const settings = { failures: 3, 'open-seconds': 30 };

  it('open after so many failures in a row, let one try, and close with a success', () => {
    const clock = newClock();
    const breakers = new Breakers(clock);
    breakers.failed('c', settings);
    breakers.failed('c', settings);
    breakers.succeeded('c');
    breakers.failed('c', settings);
    breakers.failed('c', settings);
    expect(breakers.state('c')).toBe('closed');
    breakers.failed('c', settings);
    expect([breakers.state('c'), breakers.state('other')]).toEqual(['open', 'closed']);
    clock.pass(30_000);
    expect(breakers.state('c')).toBe('half-open');
    breakers.entered('c', settings);
    expect(breakers.state('c')).toBe('open');
    // A client that leaves has learned nothing: the next request may try.
    breakers.left('c');
    expect(breakers.state('c')).toBe('half-open');
    breakers.entered('c', settings);
    expect(breakers.state('c')).toBe('open');
    breakers.succeeded('c');
    expect(breakers.state('c')).toBe('closed');
  });

  it('open again when the try fails; a try whose client leaves is given to the next', () => {
    const clock = newClock();
    const breakers = new Breakers(clock);
    for (let count = 0; count < 3; count += 1) breakers.failed('c', settings);
    clock.pass(30_000);
    breakers.entered('c', settings);
    breakers.left('c');
    expect(breakers.state('c')).toBe('half-open');
    breakers.entered('c', settings);
    breakers.failed('c', settings);
    clock.pass(29_999);
    expect(breakers.view()).toEqual([{ credential: 'c', state: 'open', failures: 4, openUntil: clock.now() + 1 }]);
    breakers.reset('c');
    expect(breakers.view()).toEqual([]);
  });
});

describe('RetryBudget', () => {
  const taken = (budget: RetryBudget, settings: { readonly ratio: number; readonly minimum: number }): number => {
    let count = 0;
    while (count < 1_000 && budget.take(settings)) count += 1;
    return count;
  };

  it('grants the floor, and a share of the requests of the last ten seconds', () => {
    const clock = newClock();
    const budget = new RetryBudget(clock);
    for (let count = 0; count < 100; count += 1) {
      clock.pass(50);
      budget.requested();
    }
    expect(taken(budget, { ratio: 0.2, minimum: 3 })).toBe(23);
    expect(taken(budget, { ratio: 0.2, minimum: 3 })).toBe(0);
    clock.pass(11_000);
    expect(taken(budget, { ratio: 0.2, minimum: 3 })).toBe(3);
    expect(taken(budget, { ratio: 0, minimum: 0 })).toBe(0);
  });
});
