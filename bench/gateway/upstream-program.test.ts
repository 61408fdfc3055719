import { fileURLToPath } from 'node:url';

import { afterEach, describe, expect, it } from 'vitest';

import { Children } from '../children.ts';
import { askOnce } from '../load/ask-once.ts';
import { chatAnswer, chatAnswerBody } from './traffic.ts';
import { startUpstream, type Upstream } from './upstream.ts';

const children = new Children();
afterEach(() => children.killAll());

const root = fileURLToPath(new URL('../..', import.meta.url));
const started = async (): Promise<Upstream> => {
  const upstream = await startUpstream({
    quick: true,
    root,
    cacheDir: '',
    scratchDir: '',
    env: { PATH: process.env['PATH'] ?? '' },
    children,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  await upstream.prepare(chatAnswer);
  await upstream.use({ answer: chatAnswer.name, request: 'r', headHolds: 'Bearer key' });
  return upstream;
};

const ask = async ({ port }: Upstream, body: string, authorization = 'Bearer key') => {
  const head = `POST /v1 HTTP/1.1\r\nauthorization: ${authorization}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  const answer = await askOnce(port, Buffer.from(head + body));
  return { status: answer.status, body: answer.body.toString('utf8') };
};

describe('the upstream behind the gateways', () => {
  it('answers the request that it knows, and remembers the first one', async () => {
    const upstream = await started();
    const answers = [await ask(upstream, '{"model":"a"}'), await ask(upstream, '{"model":"a"}')];
    expect(answers).toEqual([1, 2].map(() => ({ status: 200, body: chatAnswerBody })));
    expect((await upstream.seen('r')).body).toBe('{"model":"a"}');
    await expect(upstream.seen('other')).rejects.toThrow('the upstream has seen no request other');
  });

  it('refuses one that came out differently', async () => {
    const upstream = await started();
    await ask(upstream, '{"model":"a"}');
    expect(await ask(upstream, '{"model":"b"}')).toEqual({ status: 500, body: 'other bytes after 0' });
    expect(await ask(upstream, '{"model":"ab"}')).toEqual({ status: 500, body: '14 bytes instead of 13' });
    expect(await ask(upstream, '{"model":"a"}', 'Bearer client')).toEqual({ status: 500, body: 'the head lacks Bearer key' });
  });
});
