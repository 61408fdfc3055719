import { expect, it } from 'vitest';

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
  expect(captured?.answer?.status).toBe(what === 'an answer' ? 200 : undefined);
  await upstream.close();
});
