import { expect, it } from 'vitest';

import type { Opened } from './open-answer.ts';
import { readEvents } from './read-events.ts';
import { headersToPassOn, streamSteps } from './reply.ts';

it('passes on what a client can use of an upstream, and nothing else', () => {
  const useful = {
    'retry-after': '3',
    'x-request-id': 'req-1',
    'x-ratelimit-remaining-requests': '499',
    'anthropic-ratelimit-requests-reset': '2026-11-22T16:00:00Z',
  };
  const others = { 'content-length': '12', 'set-cookie': 'a=b', 'openai-organization': 'org', 'my-x-ratelimit-limit': '1' };
  expect(headersToPassOn({ ...others, ...useful }, 'openai-chat')).toEqual(useful);
});

it('leaves out values that would arrive garbled', () => {
  expect(headersToPassOn({ 'x-ratelimit-limit-requests': '5\u00fc', 'retry-after': undefined }, 'gemini-generate')).toEqual({});
});

it.each([
  ['openai-chat', { 'request-id': 'req-1' }, { 'x-request-id': 'req-1', 'request-id': 'req-1' }],
  ['openai-responses', { 'x-request-id': 'req-1' }, { 'x-request-id': 'req-1' }],
  ['anthropic-messages', { 'x-request-id': 'req-1' }, { 'x-request-id': 'req-1', 'request-id': 'req-1' }],
  ['anthropic-messages', { 'x-request-id': 'req-1', 'request-id': 'req-2' }, { 'x-request-id': 'req-1', 'request-id': 'req-2' }],
  ['gemini-generate', { 'request-id': 'req-1' }, { 'request-id': 'req-1' }],
] as const)("gives the upstream's id to a client of %s where its SDK looks for it: %j", (client, received, passed) => {
  expect(headersToPassOn(received, client)).toEqual(passed);
});

it('ends the work of an upstream whose answer can be read no further', async () => {
  let isLeft = false;
  const body = async function* (): AsyncGenerator<Buffer> {
    try {
      for (;;) yield await Promise.resolve(Buffer.from('data: 1\n\n'));
    } finally {
      isLeft = true;
    }
  };
  const stream = {
    push: () => {
      throw new Error('unreadable');
    },
    fail: () => ({ out: 'the end' }),
  };
  const opened = { kind: 'stream', stream, first: 'the start', rest: readEvents(body()) } as unknown as Extract<Opened, { kind: 'stream' }>;
  const said: unknown[] = [];
  for await (const { out } of streamSteps(opened)) said.push(out);
  expect([said, isLeft]).toEqual([['the start', 'the end'], true]);
});
