import { describe, expect, it } from 'vitest';

import type { AccountScript } from '#fixtures/upstreams/accounts/account-script';

import { filled, openAccounts, withAccounts, type Filling } from './scenario-accounts.ts';

const filling: Filling = {
  upstream: { url: 'http://mock', baseUrl: (surface) => `http://mock/${surface}` },
  accounts: { mine: 'wpt_account000000001' },
  now: Date.parse('2026-11-22T12:00:00Z'),
};

describe('placeholders', () => {
  it('are filled in wherever a text stands', () => {
    const tree = { a: ['{upstream:codex}/x', 7, null], b: { c: '{account:mine}-refresh-0', d: '{in:-60}' }, e: '{accounts}/host' };
    expect(filled(tree, filling)).toEqual({
      a: ['http://mock/codex/x', 7, null],
      b: { c: 'wpt_account000000001-refresh-0', d: '2026-11-22T11:59:00.000Z' },
      e: 'http://mock/accounts/host',
    });
  });

  it('for claims end at the time that they name', () => {
    const [, claims = ''] = filled('{jwt:90}.x', filling).split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'))).toEqual({ exp: Date.parse('2026-11-22T12:01:30Z') / 1000 });
  });

  it('of accounts that nobody has are told', () => {
    expect(() => filled('{account:yours}', filling)).toThrow('the scenario has no account "yours"; it has mine');
  });

  it('leave other braces alone', () => {
    expect(filled('{client-key} {"in":5}', filling)).toBe('{client-key} {"in":5}');
  });
});

describe('auth files of a scenario', () => {
  it('take the place of those with the same prefix, and are no key of the configuration', () => {
    const base = [{ prefix: 'lapsed', type: 'codex' }, { type: 'iflow' }];
    const config = { 'auth-files': [{ prefix: 'lapsed', refresh_token: '{account:mine}-refresh-0' }], debug: true };
    expect(withAccounts(config, base, filling)).toEqual({
      patch: { debug: true },
      authFiles: [{ type: 'iflow' }, { prefix: 'lapsed', refresh_token: 'wpt_account000000001-refresh-0' }],
    });
  });

  it('leave the target its own where there are none', () => {
    expect(withAccounts({ debug: true }, [{ type: 'iflow' }], filling)).toEqual({ patch: { debug: true }, authFiles: [{ type: 'iflow' }] });
  });
});

it('every start has accounts of its own, which the mocked vendors know', () => {
  const told: [string, AccountScript][] = [];
  const accounts = { script: (...one: [string, AccountScript]) => void told.push(one), calls: () => [], forget: () => undefined };
  const first = openAccounts({ accounts }, { mine: { startsAt: 1 } });
  const second = openAccounts({ accounts }, { mine: {} });
  expect(told).toEqual([
    [first['mine'], { startsAt: 1 }],
    [second['mine'], {}],
  ]);
  expect(first['mine']).toMatch(/^wpt_[0-9a-z]{16}$/);
  expect(second['mine']).not.toBe(first['mine']);
});
