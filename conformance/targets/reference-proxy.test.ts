import { describe, expect, it } from 'vitest';

import { startMockUpstream } from '#fixtures/upstreams/serve';
import { answer } from '#fixtures/upstreams/script';

import { mergeConfig } from './merge-config.ts';
import { referenceTarget } from './reference-proxy.ts';

describe('the reference target', () => {
  it('serves every model of its profile, on a free port, and lets go of it', async () => {
    const upstream = await startMockUpstream();
    const target = await referenceTarget();
    const running = await target.start({ remediesOff: [], config: {} }, upstream);
    try {
      upstream.script('wpt_aaaaaaaaaaaaaaaa', answer('text'));
      const headers = running.headers({ client: 'openai-chat', upstream: 'openai-chat', stream: false });
      const listed = (await (await fetch(`${running.url}/v1/models`, { headers })).json()) as { data: { id: string }[] };
      const ids = listed.data.map(({ id }) => id);
      // Roles of that name are for models that the vendor has and the accounts lack.
      const served = Object.entries(target.profile.models).filter(([role]) => !role.endsWith(':unlisted'));
      expect(served.map(([, name]) => name).filter((name) => !ids.includes(name))).toEqual([]);
    } finally {
      await running.stop();
      await upstream.close();
    }
    await expect(fetch(running.url)).rejects.toThrow('fetch failed');
  });

  it('lets time pass on the proxy’s clock', async () => {
    const upstream = await startMockUpstream({ otherwise: () => ({ exchange: 'openai-chat/rate-limited' }) });
    const running = await (await referenceTarget()).start({ remediesOff: [], config: { 'disable-cooling': false } }, upstream);
    const headers = running.headers({ client: 'openai-chat', upstream: 'openai-chat', stream: false });
    const body = JSON.stringify({ model: 'gpt-4.1-mini', messages: [{ role: 'user', content: 'wpt_bbbbbbbbbbbbbbbb' }] });
    const ask = async () => {
      const answered = await fetch(`${running.url}/v1/chat/completions`, { method: 'POST', headers, body });
      return ((await answered.json()) as { error: { code: string } }).error.code;
    };
    try {
      const codes = [await ask(), await ask()];
      await running.pass?.(7_000);
      expect([...codes, await ask()]).toEqual(['rate_limit_exceeded', 'model_cooldown', 'rate_limit_exceeded']);
    } finally {
      await running.stop();
      await upstream.close();
    }
  });

  it('is mounted in the process too where the setting says how, and lets go of it', async () => {
    const upstream = await startMockUpstream();
    const running = await (
      await referenceTarget()
    ).start({ remediesOff: [], config: { 'in-process': { 'oauth-excluded-models': { codex: ['gpt-5.3-codex'] } } } }, upstream);
    const inProcessUrl = running.inProcessUrl ?? 'no mount';
    const lists = async (url: string): Promise<boolean> => {
      const answer = await fetch(`${url}/v1/models`, {
        headers: running.headers({ client: 'openai-chat', upstream: 'codex', stream: false }),
      });
      return ((await answer.json()) as { data: { id: string }[] }).data.some(({ id }) => id === 'gpt-5.3-codex');
    };
    try {
      expect([await lists(running.url), await lists(inProcessUrl)]).toEqual([true, false]);
    } finally {
      await running.stop();
      await upstream.close();
    }
    await expect(fetch(inProcessUrl)).rejects.toThrow('fetch failed');
  });

  it('passes its setting on to the proxy', async () => {
    const upstream = await startMockUpstream();
    const target = await referenceTarget();
    try {
      await expect(target.start({ remediesOff: ['no-such-remedy'], config: {} }, upstream)).rejects.toThrow('no-such-remedy');
      await expect(target.start({ remediesOff: [], config: { 'body-limits': 7 } }, upstream)).rejects.toThrow('body-limits');
    } finally {
      await upstream.close();
    }
  });
});

describe('mergeConfig', () => {
  it('merges mappings and replaces the rest', () => {
    const base = { a: { b: 1, c: [1, 2] }, d: 'x', e: { f: 1 } };
    expect(mergeConfig(base, { a: { c: [3], g: {} }, d: { h: 1 }, i: null })).toEqual({
      a: { b: 1, c: [3], g: {} },
      d: { h: 1 },
      e: { f: 1 },
      i: null,
    });
  });
});
