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
      expect(Object.values(target.profile.models).filter((name) => !ids.includes(name))).toEqual([]);
    } finally {
      await running.stop();
      await upstream.close();
    }
    await expect(fetch(running.url)).rejects.toThrow('fetch failed');
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
