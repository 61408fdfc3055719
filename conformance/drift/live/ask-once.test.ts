import { getEventListeners } from 'node:events';
import http from 'node:http';

import { expect, it, vi } from 'vitest';

import { itemOf } from '../testing/baseline-item-of.ts';
import { startLiveUpstream } from '../testing/live-upstream.ts';
import { askOnce } from './ask-once.ts';

it.each(['an answer', 'silence', 'a signal'])('leaves the upstream after %s', async (what) => {
  const stop = new AbortController();
  let gone: () => void = () => undefined;
  const left = new Promise<void>((resolve) => {
    gone = resolve;
  });
  const upstream = await startLiveUpstream((res) => {
    res.socket?.once('close', gone);
    if (what === 'an answer') res.end('ok');
    if (what === 'a signal') stop.abort();
  });
  const { request } = itemOf('a/one');
  const options = { upstream: upstream.url, mostBytes: 1_000, idleMs: 20_000, withinMs: what === 'silence' ? 30 : 20_000, now: () => 0 };
  const captured = await askOnce(request, { ...options, signal: stop.signal });
  // With a connection that is kept, this never comes.
  await left;
  const status = captured !== undefined && 'answer' in captured ? captured.answer?.status : undefined;
  expect(status).toBe(what === 'an answer' ? 200 : undefined);
  await upstream.close();
});

const asking = { mostBytes: 1_000, idleMs: 20_000, withinMs: 20_000, signal: new AbortController().signal, now: () => 0 };
it.each([
  ['a path with a space', { target: '/v1/a b' }, 'Request path contains unescaped characters'],
  ['a field outside of latin1', { fields: [['x-mood', '\u2014']] as const }, 'Invalid character in header content ["x-mood"]'],
])('says that %s cannot be sent, and leaves nothing open', async (_, parts, unsendable) => {
  const servers = vi.spyOn(http, 'createServer');
  const { request } = itemOf('a/one');
  expect(await askOnce({ ...request, ...parts }, { ...asking, upstream: 'http://127.0.0.1:1' })).toEqual({ unsendable });
  // Who waits for the signal has a timer, too, and stops both at once.
  expect([servers.mock.results.map(({ value }) => (value as http.Server).listening), getEventListeners(asking.signal, 'abort')]).toEqual([
    [false],
    [],
  ]);
  servers.mockRestore();
});

it('sends the body of a GET, as long as it is', async () => {
  const upstream = await startLiveUpstream((res) => res.end('ok'));
  const body = Buffer.from('{"a":1}');
  await askOnce({ method: 'GET', target: '/v1/a', fields: [], body }, { ...asking, upstream: upstream.url });
  expect(upstream.seen.map((seen) => [seen.body, seen.headers['content-length']])).toEqual([['{"a":1}', '7']]);
  await upstream.close();
});
