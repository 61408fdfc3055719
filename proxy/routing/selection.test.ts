import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Affinity, ttlMsOf } from './affinity.ts';
import { Breakers } from './breakers.ts';
import { Cooldowns } from './cooldowns.ts';
import type { CooldownKind } from './cooldowns.ts';
import type { Candidate } from './model-table.ts';
import { previewOrder, Selection } from './selection.ts';
import type { SelectionParts } from './selection.ts';
import { sessionKey } from './session-key.ts';
import { Turns } from './turns.ts';

const provider: Candidate['provider'] = {
  id: 'p',
  dialect: 'openai-chat',
  operations: ['generate'],
  catalogue: [],
  owner: 'o',
  prepare: () => ({ path: '/', headers: {}, body: '', streams: false }),
};

const candidate = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  provider,
  credential: { id, provider: 'p', baseUrl: 'http://x', secret: id, fields: {} },
  upstreamModel: 'm',
  forceName: false,
  priority: 0,
  weight: 1,
  disableCooling: false,
  requestRetry: 0,
  ...more,
});

const world = (more: Partial<SelectionParts> = {}) => {
  let now = 1_000;
  const clock = { now: () => now };
  const memory = { cooldowns: new Cooldowns(clock), breakers: new Breakers(clock), turns: new Turns(), affinity: new Affinity(clock) };
  const parts: SelectionParts = { memory, strategy: 'round-robin', model: 'm', ...more };
  return {
    parts,
    memory,
    pass: (ms: number) => (now += ms),
    first: (candidates: readonly Candidate[]) => new Selection(parts).next(candidates)?.credential.id,
    all: (candidates: readonly Candidate[]) => {
      const selection = new Selection(parts);
      const order: string[] = [];
      for (let next = selection.next(candidates); next !== undefined; next = selection.next(candidates)) order.push(next.credential.id);
      return order;
    },
    cool: (one: Candidate, kind: CooldownKind, forMs = 1_000) =>
      memory.cooldowns.start(one, { kind, forMs, hinted: false, failureClass: 'quota', error: { status: 429 } }),
  };
};

const repeat = <T>(times: number, once: () => T): readonly T[] => Array.from({ length: times }, once);

describe('who is asked', () => {
  it('takes turns smoothly, by weight', () => {
    const { first } = world();
    const candidates = [candidate('a', { weight: 3 }), candidate('b')];
    expect(repeat(8, () => first(candidates)).join('')).toBe('aabaaaba');
  });

  it('is fair to within one, whatever the weights', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 120 }),
        (weights, times) => {
          const { first } = world();
          const candidates = weights.map((weight, index) => candidate(String(index), { weight }));
          const asked = repeat(times, () => first(candidates));
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          for (const [index, weight] of weights.entries()) {
            const share = (times * weight) / total;
            expect(Math.abs(asked.filter((id) => id === String(index)).length - share)).toBeLessThanOrEqual(1 + 1e-9);
          }
        },
      ),
    );
  });

  it('always the first of its list with fill-first, higher priorities before lower ones', () => {
    const candidates = [candidate('a', { priority: -1 }), candidate('b'), candidate('c')];
    const filling = world({ strategy: 'fill-first' });
    expect([filling.all(candidates), filling.all(candidates)]).toEqual([
      ['b', 'c', 'a'],
      ['b', 'c', 'a'],
    ]);
    const turning = world();
    // Standing in for another does not cost one's own turn.
    expect([turning.all(candidates), turning.first(candidates)]).toEqual([['b', 'c', 'a'], 'c']);
  });

  it('nobody who is out, what fails lately only last, and one open circuit when there is nobody else', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => candidate(id)) as [Candidate, Candidate, Candidate];
    const { all, cool, memory, pass } = world();
    cool(a, 'transient');
    cool(b, 'quota');
    expect(all([a, b, c])).toEqual(['c', 'a']);
    const settings = { failures: 1, 'open-seconds': 10 };
    memory.breakers.failed('a', settings);
    pass(1);
    memory.breakers.failed('c', settings);
    expect([all([a, b, c]), all([b])]).toEqual([['a'], []]);
    pass(10_000);
    expect([...all([a, b, c])].sort()).toEqual(['a', 'b', 'c']);
  });

  it('the credential of a conversation while it works, over priorities, until the time to live is over', () => {
    const [a, b] = [candidate('a', { priority: 9 }), candidate('b')];
    const { all, cool, memory, pass } = world({ session: 's' });
    memory.affinity.answered('s', 'm', b, 60_000);
    expect(all([a, b])).toEqual(['b', 'a']);
    cool(b, 'quota', 1_000);
    expect(all([a, b])).toEqual(['a']);
    pass(1_000);
    expect(all([a, b])).toEqual(['b', 'a']);
    pass(59_000);
    expect(all([a, b])).toEqual(['a', 'b']);
  });

  it('can be foretold without changing it', () => {
    const { parts, all, first } = world();
    const candidates = [candidate('a', { weight: 2 }), candidate('b'), candidate('c')];
    first(candidates);
    const foretold = [previewOrder(parts, candidates), previewOrder(parts, candidates)].map((order) =>
      order.map(({ credential }) => credential.id),
    );
    expect([foretold[0], foretold[1]]).toEqual([foretold[0], all(candidates)]);
  });
});

describe('ttlMsOf', () => {
  it.each([
    [90, 90_000],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
  ])('%s', (ttl, ms) => {
    expect(ttlMsOf(ttl)).toBe(ms);
  });
});

describe('sessionKey', () => {
  const noTurns = { model: 'm', stream: false, system: [], turns: [], tools: [], wantsUsage: true, extensions: {} };
  const key = (more: {
    readonly client?: string;
    readonly headers?: Record<string, string>;
    readonly tree?: object;
    readonly text?: string;
  }) =>
    sessionKey({
      client: more.client ?? 'c',
      headers: more.headers ?? {},
      tree: { ...more.tree },
      neutral: () => ({
        ...noTurns,
        turns: more.text === undefined ? [] : [{ role: 'user', parts: [{ kind: 'text', text: more.text }] }],
      }),
    });

  it.each([
    [{ headers: { session_id: 'x' } }],
    [{ headers: { 'x-session-id': 'x' } }],
    [{ tree: { metadata: { user_id: 'x' } } }],
    [{ tree: { prompt_cache_key: 'x' } }],
    [{ tree: { user: 'x' } }],
    [{ tree: { safety_identifier: 'x' } }],
  ])('%o', (signs) => {
    expect([key({ ...signs, text: 'one' }), key({ ...signs, client: 'other' }) === key(signs)]).toEqual([
      key({ ...signs, text: 'two' }),
      false,
    ]);
    expect(key(signs)).toMatch(/^[\w-]{22}$/);
  });

  it('else of the first user turn; none for what cannot be read', () => {
    expect([key({ text: 'one' }) === key({ text: 'one' }), key({ text: 'one' }) === key({ text: 'two' }), key({})]).toEqual([
      true,
      false,
      undefined,
    ]);
    const unreadable = (): never => {
      throw new Error('no');
    };
    expect(sessionKey({ client: 'c', headers: {}, tree: {}, neutral: unreadable })).toBeUndefined();
  });
});
