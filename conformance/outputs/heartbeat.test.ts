import { afterEach, describe, expect, it } from 'vitest';

import { virtualClock } from '../canary/clock.ts';
import { createHeartbeat, type Heartbeat } from './heartbeat.ts';
import type { RoundWritten } from './output.ts';
import { listening, type Listening } from './testing/listening.ts';

const written = {} as RoundWritten;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const begin = async (status: number | 'hangs', start = 1_000_000) => {
  const server: Listening = await listening((_, response) => (status === 'hangs' ? undefined : void response.writeHead(status).end()));
  const clock = virtualClock(start);
  const heartbeat: Heartbeat = createHeartbeat({
    heartbeat: { url: `${server.url}/ping/key`, everyMs: 60_000 },
    clock,
    userAgent: 'wireproof/test',
  });
  closing.push(server.close);
  return { server, clock, heartbeat };
};

describe('the heartbeat', () => {
  it('is a GET after a round, at most once in a while', async () => {
    const { server, clock, heartbeat } = await begin(200);
    for (const at of [0, 30_000, 59_999, 60_000, 120_000]) {
      await clock.pass(at - (clock.now() - 1_000_000));
      const before = server.got.length;
      void heartbeat.onRound(written);
      if (at === 0 || at >= 60_000) await server.after(before + 1);
    }
    await heartbeat.close();
    expect(server.got.map(({ method, path, headers }) => [method, path, headers['user-agent']])).toEqual(
      Array.from({ length: 3 }, () => ['GET', '/ping/key', 'wireproof/test']),
    );
    expect(heartbeat.counts()).toEqual({ sent: 3, failed: 0 });
  });

  it('goes on when the clock was set back', async () => {
    const { server, clock, heartbeat } = await begin(200);
    void heartbeat.onRound(written);
    await server.after(1);
    clock.jump(-600_000);
    await clock.pass(0);
    await heartbeat.close();
    expect(heartbeat.counts()).toEqual({ sent: 1, failed: 0 });
  });

  it('counts a failure, and does not repeat it', async () => {
    const { server, heartbeat } = await begin(500);
    void heartbeat.onRound(written);
    await server.after(1);
    await heartbeat.close();
    expect([heartbeat.counts(), server.got.length]).toEqual([{ sent: 0, failed: 1 }, 1]);
  });

  it('gives up one that hangs, and holds nothing up', async () => {
    const { server, clock, heartbeat } = await begin('hangs');
    void heartbeat.onRound(written);
    await server.after(1);
    const closed = heartbeat.close();
    await clock.pass(10_000);
    await closed;
    expect([server.got.length, clock.pending()]).toEqual([1, 0]);
  });
});
