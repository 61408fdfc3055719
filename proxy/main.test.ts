import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runProxy } from './main.ts';
import type { ProxyLogLine } from './options.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-main-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const signal = (): AbortSignal => new AbortController().signal;

describe('runProxy', () => {
  it('reads config and auth directory, listens, and ends with the signal', async () => {
    file('account.json', JSON.stringify({ type: 'codex', base_url: 'http://127.0.0.1:9', access_token: 't', models: ['from-file'] }));
    const configPath = file('config.yaml', 'port: 0\napi-keys: [k]\nauth-dir: .\n');
    const logs: ProxyLogLine[] = [];
    const stop = new AbortController();
    const listed = async (url: string): Promise<readonly string[]> => {
      const { data } = (await (await fetch(`${url}/v1/models?key=k`)).json()) as { readonly data: readonly { readonly id: string }[] };
      stop.abort();
      return data.map(({ id }) => id);
    };
    const ids = await new Promise<readonly string[]>((resolve, reject) => {
      const running = runProxy({
        configPath,
        log: (line) => logs.push(line),
        signal: stop.signal,
        onListening: (url) => {
          Promise.all([listed(url), running]).then(([ids]) => resolve(ids), reject);
        },
      });
    });
    expect(ids).toEqual(['from-file']);
    expect(logs.map(({ fields }) => fields.event)).toEqual(['listening', 'draining', 'ended']);
  });

  it('says that the address is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', () => resolve()));
    const { port } = other.address() as AddressInfo;
    const run = runProxy({ configPath: file('good.yaml', '{}'), port, log: () => undefined, signal: signal() });
    await expect(run).rejects.toMatchObject({
      name: 'ListenError',
      problems: [
        {
          where: `127.0.0.1:${port}`,
          expected: 'a free address to listen on',
          actual: 'one that another process uses',
          hint: 'set host and port; port 0 takes any free one',
        },
      ],
    });
    other.close();
  });

  it.each([
    ['missing.yaml', undefined, 'missing.yaml: expected a readable file, got no such file'],
    ['syntax.yaml', 'port: [', 'syntax.yaml:1:8: expected valid YAML, got '],
    ['wrong.yaml', 'port: many', 'wrong.yaml: port: expected a number, got "many"'],
    ['noauth.yaml', 'auth-dir: nowhere', 'nowhere: expected a readable directory (auth-dir), got no such file'],
  ])('does not start with %s', async (name, text, expected) => {
    const configPath = text === undefined ? join(folder, name) : file(name, text);
    await expect(runProxy({ configPath, log: () => undefined, signal: signal() })).rejects.toThrow(expected);
  });
});
