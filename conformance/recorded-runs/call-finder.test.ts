import { expect, it } from 'vitest';

import { recorded } from '#fixtures/recordings/testing/recorded';
import { loadRouting } from '#fixtures/upstreams/routing';
import type { UpstreamRequest } from '#fixtures/upstreams/script';

import { CallFinder } from './call-finder.ts';

const token = 'wpt_0123456789abcdef';
const target = '/openai-chat/v1/chat/completions';

it('gives the same request the same recording again, and another one the next', async () => {
  const request = { method: 'POST', target, fields: [] };
  const recordings = [0, 1].map((index) => recorded(`openai-chat/${token}-${index}`, 'ok', { request }));
  const routing = await loadRouting();
  const finder = new CallFinder(recordings, routing);
  const match = routing.match('POST', target);
  const asked = { method: 'POST', token, surface: match?.surface, path: match?.path } as UpstreamRequest;
  const [first, other] = [asked, { ...asked }];
  expect([first, first, other, first, { ...asked }].map((one) => finder.find(one)?.id.slice(-1))).toEqual(['0', '0', '1', '0', undefined]);
});
