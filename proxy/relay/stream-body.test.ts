import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';

import Fastify from 'fastify';
import type { FastifyReply } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';

import type { Clock } from '../clock.ts';
import { Departure } from './departure.ts';
import { newEventWriter } from './framing.ts';
import { StreamBody } from './stream-body.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that gives the replies to its requests to the test. */
const serve = async (handle: (reply: FastifyReply) => void): Promise<number> => {
  const app = Fastify({ forceCloseConnections: true });
  closing.push(() => app.close());
  app.get('/', (_request, reply) => handle(reply));
  await app.listen({ host: '127.0.0.1', port: 0 });
  return (app.server.address() as AddressInfo).port;
};

describe('the end of an exchange', () => {
  const textOf = async (handle: (body: StreamBody) => void): Promise<string> => {
    const port = await serve((reply) => {
      const body = new StreamBody(reply);
      body.begin('text/event-stream', {});
      void body.write('data: 1\n\n', new Departure());
      handle(body);
      body.release();
    });
    return (await fetch(`http://127.0.0.1:${port}/`)).text();
  };

  it('breaks off a stream that has no end, so that it never looks whole', async () => {
    await expect(textOf(() => undefined)).rejects.toThrow(/fetch failed|terminated/);
  });

  it('leaves a stream alone that has ended', async () => {
    expect(await textOf((body) => body.end())).toBe('data: 1\n\n');
  });
});

describe('a keep-alive', () => {
  const begun = async () => {
    let say = (): void => undefined;
    const clock: Clock = {
      now: () => 0,
      after: (_ms, fire) => {
        say = fire;
        return { restart: () => undefined, stop: () => undefined };
      },
    };
    const replies: FastifyReply[] = [];
    const port = await serve((reply) => void replies.push(reply));
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    closing.unshift(() => socket.destroy());
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    while (replies.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const { raw } = replies[0] as FastifyReply;
    const body = new StreamBody(replies[0] as FastifyReply);
    const writer = newEventWriter('sse');
    body.expect({ writer, clock, silenceMs: 15_000, afterFirstPayload: false, errorText: () => '' });
    return { body, raw, socket, say: () => say() };
  };

  it('is said to a client that reads', async () => {
    const { socket, say } = await begun();
    say();
    const [data] = (await once(socket.setEncoding('utf8'), 'data')) as [string];
    expect(data).toContain(': keep-alive');
  });

  it('does not wait in front of a client that reads nothing', async () => {
    const { body, raw, socket, say } = await begun();
    socket.pause();
    const signal = new Departure();
    body.begin('text/event-stream', {});
    while (body.write('x'.repeat(1_000_000), signal) === true) continue;
    const { writableLength } = raw;
    say();
    expect(raw.writableLength).toBe(writableLength);
    signal.abort();
  });
});
