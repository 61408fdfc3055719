import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { virtualClock, type VirtualClock } from '../../canary/clock.ts';
import { liveLimits, newLiveStream, type LiveStream } from './live-stream.ts';

const start = 1_000_000;

describe('the live line', () => {
  let clock: VirtualClock;
  let stream: LiveStream;
  let server: Server;
  let lastSeen: string | undefined;

  beforeEach(async () => {
    clock = virtualClock(start);
    stream = newLiveStream(clock, { ...liveLimits, listeners: 2, targets: 2 });
    lastSeen = undefined;
    server = createServer((_request, response) => stream.add(response, lastSeen));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
  });
  afterEach(async () => {
    stream.close();
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  const listen = async (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }, resolve).on('error', reject);
    });
  /** What comes, until it holds that text. */
  const readUntil = async (response: IncomingMessage, text: string): Promise<string> => {
    let seen = '';
    return new Promise((resolve, reject) => {
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        seen += piece;
        if (seen.includes(text)) resolve(seen);
      });
      response.on('end', () => reject(new Error(`it ended after ${seen}`)));
    });
  };

  it('begins with the time to wait and its id, and gathers what changes within a moment', async () => {
    const response = await listen();
    expect(response.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
    const read = readUntil(response, 'data:');
    const before = stream.id();
    stream.changed('a');
    stream.changed('b');
    stream.changed('a');
    await clock.pass(liveLimits.gatherMs);
    expect(await read).toBe(`retry: 3000\nid: ${before}\n\nid: ${stream.id()}\nevent: changed\ndata: {"targets":["a","b"]}\n\n`);
    expect(stream.id()).not.toBe(before);
  });

  it('names no targets when there are too many', async () => {
    const read = readUntil(await listen(), 'data:');
    for (const target of ['a', 'b', 'c', 'd']) stream.changed(target);
    await clock.pass(liveLimits.gatherMs);
    expect(await read).toContain('event: changed\ndata: {}\n\n');
  });

  it('keeps names that hold line breaks in one line', async () => {
    const read = readUntil(await listen(), 'data:');
    stream.changed('a\nevent: forged\n\n');
    await clock.pass(liveLimits.gatherMs);
    expect(await read).toContain('data: {"targets":["a\\nevent: forged\\n\\n"]}\n\n');
  });

  it('tells who missed something at once, and who did not nothing', async () => {
    lastSeen = stream.id();
    const first = readUntil(await listen(), ': here');
    await clock.pass(liveLimits.heartbeatMs);
    expect(await first).not.toContain('event:');
    lastSeen = 'of-another-process-7';
    expect(await readUntil(await listen(), 'data:')).toContain(`id: ${stream.id()}\nevent: changed\ndata: {}\n\n`);
  });

  it('says something now and then while someone listens, and sets no alarm when nobody does', async () => {
    const response = await listen();
    const read = readUntil(response, ': here\n\n: here\n\n');
    await clock.pass(2 * liveLimits.heartbeatMs);
    await read;
    expect(clock.pending()).toBe(1);
    const gone = new Promise((resolve) => {
      server.once('connection', (socket) => socket.once('close', resolve));
    });
    const second = await listen();
    expect(stream.listeners()).toBe(2);
    response.destroy();
    second.destroy();
    await gone;
    await clock.pass(0);
    await expect.poll(() => stream.listeners()).toBe(0);
    expect(clock.pending()).toBe(0);
  });

  it('ends all when it is closed', async () => {
    const response = await listen();
    response.resume();
    const ended = new Promise((resolve) => {
      response.on('end', resolve);
    });
    stream.close();
    await ended;
    expect([stream.listeners(), clock.pending()]).toEqual([0, 0]);
  });

  it('lets go of a listener that does not read', async () => {
    const response = await listen();
    response.pause();
    const closed = new Promise((resolve) => {
      response.on('close', resolve);
      response.on('error', resolve);
    });
    const long = 'x'.repeat(1_000_000);
    for (let turn = 0; turn < 40 && stream.listeners() > 0; turn += 1) {
      stream.changed(long);
      await clock.pass(liveLimits.gatherMs);
    }
    expect(stream.listeners()).toBe(0);
    response.resume();
    await closed;
  });
});
