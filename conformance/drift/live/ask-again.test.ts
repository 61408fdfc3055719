import { afterEach, describe, expect, it } from 'vitest';

import { bytesOf } from '#fixtures/recordings/recorded-bytes';

import { itemOf } from '../testing/baseline-item-of.ts';
import { json, type LiveUpstream, type Says, startLiveUpstream } from '../testing/live-upstream.ts';
import { askAgain } from './ask-again.ts';
import type { LiveOptions, LiveRun } from './live-run.ts';

const key = 'wp-live-key-of-nobody';
const open: LiveUpstream[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const upstreamSaying = async (says: Says): Promise<LiveUpstream> => {
  const upstream = await startLiveUpstream(says);
  open.push(upstream);
  return upstream;
};

const ask = async (upstream: LiveUpstream, groups: readonly string[], more: Partial<LiveOptions> = {}) => {
  const pauses: number[] = [];
  const run = await askAgain({
    items: groups.map((group) => itemOf(group)),
    upstream: upstream.url,
    key,
    samples: 1,
    budget: { requests: 50, tokens: 50_000, seconds: 600 },
    idleMs: 20_000,
    answerMs: 20_000,
    signal: new AbortController().signal,
    now: () => 1_000,
    pause: async (ms) => void pauses.push(ms),
    tool: 'wireproof test',
    onProgress: () => undefined,
    ...more,
  });
  return { ...run, pauses };
};

const ok = json(200, { ok: true, usage: { prompt_tokens: 7, completion_tokens: 2 } });
const idsOf = ({ recordings }: LiveRun): readonly string[] => recordings.map(({ id }) => id);
const gapsOf = ({ gaps }: LiveRun) => gaps.map(({ id, samples, because }) => [id, samples, because]);
const asked = ({ seen }: LiveUpstream): readonly unknown[] =>
  seen.map(({ body }) => (JSON.parse(body) as { messages: readonly { content: string }[] }).messages[0]?.content);

describe('askAgain', () => {
  it('asks everything once before it asks anything twice, with the key where it was', async () => {
    const upstream = await upstreamSaying(ok);
    const run = await ask(upstream, ['a/one', 'a/two'], { samples: 2 });
    expect([asked(upstream), idsOf(run), run.gaps, run.stopped]).toEqual([
      ['a/one', 'a/two', 'a/one', 'a/two'],
      ['a/one', 'a/two', 'a/one.again-1', 'a/two.again-1'],
      [],
      undefined,
    ]);
    expect(upstream.seen.map(({ method, url, headers }) => [method, url, headers.authorization, headers['accept-encoding']])).toEqual(
      Array.from({ length: 4 }, () => ['POST', '/v1/chat/completions', `Bearer ${key}`, 'identity']),
    );
    expect(run.spent).toMatchObject({ requests: 4, inputTokens: 28, outputTokens: 8 });
  });

  it('writes what came as record does: redacted, sealed, without the key', async () => {
    const upstream = await upstreamSaying(json(200, { ok: true }));
    const { recordings } = await ask(upstream, ['a/one']);
    const [recording] = recordings;
    expect(recording?.request.fields.find(([name]) => name === 'authorization')?.[1]).toMatch(/^Bearer redacted-credential-1/);
    expect([recording?.provenance.upstream, recording?.provenance.surface, JSON.stringify(recordings).includes(key)]).toEqual([
      upstream.url,
      'openai-chat',
      false,
    ]);
  });

  it('keeps nothing that repeats the key, not even in pieces', async () => {
    const upstream = await upstreamSaying((res) => {
      res.writeHead(200, { 'content-type': 'text/plain' });
      res.write(`your key is ${key.slice(0, 9)}`, () => setImmediate(() => res.end(key.slice(9))));
    });
    const run = await ask(upstream, ['a/one']);
    expect([idsOf(run), gapsOf(run)]).toEqual([[], [['a/one', 0, 'not kept: secret-left: the answer repeats the key']]]);
  });

  it.each([401, 403])('stops at a %i of the first request, and asks nothing else', async (status) => {
    const upstream = await upstreamSaying(json(status, { error: { message: `Incorrect API key provided: ${key}` } }));
    const error: unknown = await ask(upstream, ['a/one', 'a/two']).catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: 'key-refused',
      problems: [{ where: upstream.url, actual: `answered ${status}: the key may not ask this` }],
    });
    expect([upstream.seen.length, JSON.stringify(error).includes(key)]).toEqual([1, false]);
  });

  it('goes on after a 403 of a later request', async () => {
    const upstream = await upstreamSaying((...to) => (to[2] === 1 ? json(403, {}) : ok)(...to));
    const run = await ask(upstream, ['a/one', 'a/two', 'a/three']);
    expect([idsOf(run), gapsOf(run)]).toEqual([['a/one', 'a/three'], [['a/two', 0, 'answered 403: the key may not ask this']]]);
  });

  it('waits as long as a 429 wants, and asks again', async () => {
    const upstream = await upstreamSaying((...to) => (to[2] === 0 ? json(429, {}, { 'retry-after': '7' }) : ok)(...to));
    const run = await ask(upstream, ['a/one']);
    expect([idsOf(run), run.pauses, run.spent.requests]).toEqual([['a/one'], [7_000], 2]);
  });

  it('stops where a 429 wants more time than there is', async () => {
    const upstream = await upstreamSaying((...to) => (to[2] === 1 ? json(429, {}, { 'retry-after': '3600' }) : ok)(...to));
    const run = await ask(upstream, ['a/one', 'a/two', 'a/three']);
    const because = 'the upstream answered 429 and wants 3600 s, the budget has 600 s';
    expect([idsOf(run), run.stopped, run.pauses, gapsOf(run)]).toEqual([
      ['a/one'],
      because,
      [],
      [
        ['a/two', 0, because],
        ['a/three', 0, because],
      ],
    ]);
  });

  it('stops where a 429 comes three times', async () => {
    const upstream = await upstreamSaying(json(429, {}));
    const run = await ask(upstream, ['a/one', 'a/two']);
    expect([upstream.seen.length, run.pauses, run.stopped]).toEqual([3, [1_000, 2_000], 'the upstream answered 429 3 times']);
  });

  it('takes a 500 for drift never: it asks three times, then goes on', async () => {
    const upstream = await upstreamSaying((...to) => (to[1].body.includes('a/one') ? json(500, {}) : ok)(...to));
    const run = await ask(upstream, ['a/one', 'a/two']);
    expect([idsOf(run), run.pauses, gapsOf(run), run.stopped]).toEqual([
      ['a/two'],
      [1_000, 2_000],
      [['a/one', 0, 'answered 500 3 times']],
      undefined,
    ]);
  });

  it('stops when three requests in a row fail', async () => {
    const upstream = await upstreamSaying((res) => void res.socket?.resetAndDestroy());
    const run = await ask(upstream, ['a/one', 'a/two', 'a/three', 'a/four']);
    expect([upstream.seen.length, run.stopped]).toEqual([
      3,
      'the upstream failed 3 requests in a row, the last one: no answer: ECONNRESET',
    ]);
    expect(gapsOf(run).map(([id]) => id)).toEqual(['a/one', 'a/two', 'a/three', 'a/four']);
  });

  it('counts only failures in a row', async () => {
    const upstream = await upstreamSaying((...to) => (to[2] % 2 === 0 ? void to[0].socket?.resetAndDestroy() : ok(...to)));
    const run = await ask(upstream, ['a/1', 'a/2', 'a/3', 'a/4', 'a/5', 'a/6']);
    expect([idsOf(run), run.stopped]).toEqual([['a/2', 'a/4', 'a/6'], undefined]);
  });

  it('does not ask once more what failed', async () => {
    const upstream = await upstreamSaying((...to) => (to[2] === 0 ? void to[0].socket?.resetAndDestroy() : ok(...to)));
    const run = await ask(upstream, ['a/one', 'a/two'], { samples: 2 });
    expect([asked(upstream), gapsOf(run)]).toEqual([['a/one', 'a/two', 'a/two'], [['a/one', 0, 'no answer: ECONNRESET']]]);
  });

  it('keeps the header fields that the baseline kept, and no others', async () => {
    const upstream = await upstreamSaying(json(200, {}, { 'x-mood': 'calm', 'x-other': 'dropped' }));
    const { recordings } = await ask(upstream, [], { items: [itemOf('a/one', { fieldNames: ['content-type', 'x-mood'] })] });
    expect(recordings[0]?.answer?.fields.filter(([name]) => name.startsWith('x-'))).toEqual([['x-mood', 'calm']]);
  });

  it('gives up an upstream that hangs', async () => {
    const upstream = await upstreamSaying(() => undefined);
    const run = await ask(upstream, ['a/one'], { idleMs: 30 });
    expect(gapsOf(run)).toEqual([['a/one', 0, 'no byte from the upstream for 30 ms']]);
  });

  it('gives up an answer that does not end', async () => {
    let gone: () => void = () => undefined;
    const left = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const upstream = await upstreamSaying((res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      const more = setInterval(() => res.write('data: {}\n\n'), 2);
      res.once('close', () => {
        clearInterval(more);
        gone();
      });
    });
    const run = await ask(upstream, ['a/one'], { answerMs: 50 });
    await left;
    expect(gapsOf(run)).toEqual([['a/one', 0, 'no end within 50 ms']]);
  });

  describe('an answer that is cut', () => {
    const cut: Says = (res) => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      res.write('{"half":', () => res.socket?.end());
    };
    const told = ({ recordings }: LiveRun) =>
      recordings.map(({ answer }) => [answer?.ends, ...(answer?.pieces.map((piece) => bytesOf(piece).toString()) ?? [])]);

    it('is asked again, and believed the third time', async () => {
      const upstream = await upstreamSaying(cut);
      const run = await ask(upstream, ['a/one']);
      expect([told(run), upstream.seen.length, run.pauses]).toEqual([[['fin', '{"half":']], 3, [1_000, 2_000]]);
    });

    it('is forgotten when the next one is whole', async () => {
      const upstream = await upstreamSaying((...to) => (to[2] === 0 ? cut : json(200, 1))(...to));
      expect(told(await ask(upstream, ['a/one']))).toEqual([['complete', '1']]);
    });

    it('is what was expected where the baseline has one', async () => {
      const upstream = await upstreamSaying(cut);
      const run = await ask(upstream, [], { items: [itemOf('a/one', { cut: true })] });
      expect([told(run), upstream.seen.length]).toEqual([[['fin', '{"half":']], 1]);
    });
  });

  it('never sends a request that the budget has no room for', async () => {
    const upstream = await upstreamSaying(json(200, {}));
    const byRequests = await ask(upstream, ['a/one', 'a/two', 'a/three'], { samples: 2, budget: { requests: 2 } });
    expect([upstream.seen.length, byRequests.stopped, gapsOf(byRequests)]).toEqual([
      2,
      'all 2 requests are spent',
      [
        ['a/one', 1, 'all 2 requests are spent'],
        ['a/two', 1, 'all 2 requests are spent'],
        ['a/three', 0, 'all 2 requests are spent'],
      ],
    ]);
    const byTokens = await ask(upstream, ['a/one'], { budget: { tokens: 5 } });
    expect([upstream.seen.length, byTokens.stopped?.startsWith('5 of 5 tokens are left')]).toEqual([2, true]);
  });

  it('leaves the upstream at a signal, in the middle of an answer', async () => {
    const stop = new AbortController();
    let gone: () => void = () => undefined;
    const left = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const upstream = await upstreamSaying((res) => {
      res.once('close', gone);
      res.writeHead(200);
      res.write('first', () => stop.abort('SIGINT'));
    });
    const run = await ask(upstream, ['a/one', 'a/two'], { signal: stop.signal });
    await left;
    expect([upstream.seen.length, run.stopped, idsOf(run)]).toEqual([1, 'it was interrupted', []]);
  });

  it('does not wait on after a signal', async () => {
    const stop = new AbortController();
    const upstream = await upstreamSaying(json(429, {}, { 'retry-after': '7' }));
    const pause = async (): Promise<void> => stop.abort('SIGINT');
    const run = await ask(upstream, ['a/one'], { signal: stop.signal, pause });
    expect([upstream.seen.length, run.stopped]).toEqual([1, 'it was interrupted']);
  });

  it('goes on after what cannot be sent, however often that is', async () => {
    const upstream = await upstreamSaying(ok);
    const odd = (group: string) => itemOf(group, { request: { ...itemOf(group).request, target: '/v1/a b/chat/completions' } });
    const run = await ask(upstream, [], { items: [odd('a/1'), odd('a/2'), odd('a/3'), odd('a/4'), itemOf('a/five')], samples: 2 });
    const because = 'it cannot be sent: Request path contains unescaped characters';
    expect([upstream.seen.length, run.stopped, gapsOf(run)]).toEqual([
      2,
      undefined,
      ['a/1', 'a/2', 'a/3', 'a/4'].map((group) => [group, 0, because]),
    ]);
  });

  it('does not ask what cannot be asked again, and says why', async () => {
    const upstream = await upstreamSaying(ok);
    const items = [itemOf('a/one'), itemOf('a/socket', { socket: true })];
    const run = await ask(upstream, [], { items });
    expect([upstream.seen.length, run.gaps]).toEqual([
      1,
      [{ id: 'a/socket', samples: 0, because: 'a WebSocket, which is not asked again', never: true }],
    ]);
  });
});
