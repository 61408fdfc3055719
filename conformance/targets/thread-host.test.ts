import { describe, expect, it } from 'vitest';

import { newThreadHost } from './thread-host.ts';

/** A thread that speaks the protocol and logs how it was asked: a line per question, so that lines tell from where they were read. */
const entry = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    const lines = [];
    parentPort.on('message', ({ call, ask, proxy, from }) => {
      if (ask === 'start') return parentPort.postMessage({ call, value: { proxy: call, url: 'http://127.0.0.1:1' } });
      if (ask === 'restart') return parentPort.postMessage({ call, failure: 'config.yaml: a directory' });
      if (ask === 'stop') return parentPort.postMessage({ call, value: null });
      lines.push({ level: 'info', message: 'asked from ' + from });
      parentPort.postMessage({ call, value: lines.slice(from) });
    });
  `)}`,
);

const messages = (lines: readonly { readonly message: string }[]): readonly string[] => lines.map(({ message }) => message);

describe('log lines of a proxy in another thread', () => {
  it('are all told, and each crosses the threads once', async () => {
    const hosted = await newThreadHost(entry).start({ config: {}, authFiles: [] });
    try {
      expect(messages(await hosted.logs())).toEqual(['asked from 0']);
      expect(messages(await hosted.logs())).toEqual(['asked from 0', 'asked from 1']);
    } finally {
      await hosted.stop();
    }
  });

  it('are neither lost nor told twice when several ask at once', async () => {
    const hosted = await newThreadHost(entry).start({ config: {}, authFiles: [] });
    try {
      const [one, two] = await Promise.all([hosted.logs(), hosted.logs()]);
      expect(messages(one)).toEqual(['asked from 0']);
      expect(messages(two)).toEqual(['asked from 0', 'asked from 0']);
      expect(messages(await hosted.logs())).toEqual(['asked from 0', 'asked from 0', 'asked from 2']);
    } finally {
      await hosted.stop();
    }
  });
});

describe('a proxy in another thread', () => {
  it('can be started again where it has a file, and says why that failed', async () => {
    const host = newThreadHost(entry);
    const onFile = await host.start({ config: {}, authFiles: [], configPath: '/srv/config.yaml' });
    const inMemory = await host.start({ config: {}, authFiles: [] });
    try {
      await expect(onFile.restart?.()).rejects.toThrow('config.yaml: a directory');
      expect([onFile.restart === undefined, inMemory.restart === undefined]).toEqual([false, true]);
    } finally {
      await onFile.stop();
      await inMemory.stop();
    }
  });
});

/** A thread that a second start brings down, as a defect of the proxy would. */
const brittle = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    let starts = 0;
    parentPort.on('message', ({ call, ask, from }) => {
      if (ask === 'start' && ++starts > 1) return setImmediate(() => { throw new Error('a defect of the proxy'); });
      parentPort.postMessage({ call, value: ask === 'start' ? { proxy: call, url: 'http://127.0.0.1:1' } : ask === 'logs' ? [] : null });
    });
  `)}`,
);

describe('a thread that fails', () => {
  const start = { config: {}, authFiles: [] };

  it('answers every later question with its failure, and the next start gets another', async () => {
    const host = newThreadHost(brittle);
    const end = host.prepare?.();
    const lost = await host.start(start);
    await expect(host.start(start)).rejects.toThrow('a defect of the proxy');
    await expect(lost.logs()).rejects.toThrow('a defect of the proxy');
    const next = await host.start(start);
    await lost.stop();
    // Whoever leaves the lost thread leaves the new one running.
    await end?.();
    expect(messages(await next.logs())).toEqual([]);
    await next.stop();
  });
});

/** A thread whose proxies tell by their address on which they run. */
const numbered = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, threadId } from 'node:worker_threads';
    parentPort.on('message', ({ call, ask }) =>
      parentPort.postMessage({ call, value: ask === 'start' ? { proxy: call, url: 'http://127.0.0.1:' + threadId } : null }));
  `)}`,
);

describe('proxies in more threads than one', () => {
  const start = { config: {}, authFiles: [] };

  const startedOn = async (most: number, count: number): Promise<readonly number[]> => {
    const host = newThreadHost(numbered, most);
    const end = host.prepare?.();
    const proxies = [];
    for (let n = 0; n < count; n += 1) proxies.push(await host.start(start));
    const perThread = new Map<string, number>();
    for (const { url } of proxies) perThread.set(url, (perThread.get(url) ?? 0) + 1);
    for (const proxy of proxies) await proxy.stop();
    await end?.();
    return [...perThread.values()];
  };

  it('share one until it is crowded, and are spread evenly from then on', async () => {
    expect(await startedOn(2, 7)).toEqual([7]);
    expect(await startedOn(2, 17)).toEqual([8, 9]);
  });

  it('never get more threads than there may be', async () => {
    expect(await startedOn(1, 20)).toEqual([20]);
  });

  it('find new threads after the last one left', async () => {
    const host = newThreadHost(numbered, 2);
    const first = await host.start(start);
    await first.stop();
    const second = await host.start(start);
    await second.stop();
    expect(second.url).not.toBe(first.url);
  });
});
