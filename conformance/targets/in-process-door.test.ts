import { afterEach, describe, expect, it } from 'vitest';

import { openDoor, type Door, type MountedFetch } from './in-process-door.ts';

let door: Door | undefined;
afterEach(() => door?.close());

const opened = async (fetch: MountedFetch): Promise<string> => {
  door = await openDoor(fetch, 'http://mount.invalid');
  return door.url;
};

const text = new TextEncoder();

describe('openDoor', () => {
  it('hands over method, path, headers and body, and gives back status, headers and body', async () => {
    const seen: unknown[] = [];
    const url = await opened(async (address, { method, headers, body }) => {
      const own = new Headers(headers);
      seen.push([address, method, own.get('x-own'), own.has('host'), await new Response(body ?? null).text()]);
      return new Response('said', { status: 418, headers: { 'x-answer': 'yes' } });
    });
    const answer = await fetch(`${url}/v1/things?a=1`, { method: 'POST', headers: { 'x-own': 'mine' }, body: 'asked' });
    expect(seen).toEqual([['http://mount.invalid/v1/things?a=1', 'POST', 'mine', false, 'asked']]);
    expect([answer.status, answer.headers.get('x-answer'), await answer.text()]).toEqual([418, 'yes', 'said']);
  });

  it('passes a stream on while it goes on', async () => {
    let push: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (push = controller) });
    const url = await opened(() => Promise.resolve(new Response(body)));
    push?.enqueue(text.encode('one'));
    const reader = (await fetch(url)).body?.getReader();
    const first = await reader?.read();
    push?.enqueue(text.encode('two'));
    push?.close();
    const second = await reader?.read();
    expect([first, second].map((read) => new TextDecoder().decode(read?.value))).toEqual(['one', 'two']);
  });

  it('loses the connection when the mount falls over', async () => {
    const url = await opened(() => Promise.reject(new Error('no')));
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('tells the mount when the caller leaves', async () => {
    const left = new Promise<void>((resolve) => {
      void opened((_address, { signal }) => {
        signal?.addEventListener('abort', () => resolve());
        caller.abort();
        return new Promise(() => undefined);
      }).then((url) => fetch(url, { signal: caller.signal }).catch(() => undefined));
    });
    const caller = new AbortController();
    await left;
    expect(caller.signal.aborted).toBe(true);
  });
});
