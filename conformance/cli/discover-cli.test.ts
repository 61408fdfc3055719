import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readProfileFile } from '../profiles/profile-file.ts';
import { saidBy } from './testing/said-by.ts';

const key = 'a-key-of-this-test';

/** A chat proxy that wants a key. */
const startProxy = async () => {
  const seen: string[] = [];
  const meanwhile: { act?: () => void } = {};
  const server = createServer((req, res) => {
    const line = `${req.method ?? ''} ${req.url ?? ''}`;
    seen.push(line);
    meanwhile.act?.();
    const say = (status: number, body: unknown): void => {
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    req.resume().on('end', () => {
      if (req.headers.authorization !== `Bearer ${key}`) return say(401, { error: { message: 'no key' } });
      if (line === 'GET /v1/models') return say(200, { data: [{ id: 'gpt-4.1-mini' }] });
      if (line === 'POST /v1/chat/completions') return say(404, { error: { message: 'no model wireproof-no-such-model' } });
      return say(404, { error: { message: 'no such route' } });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, meanwhile, stop };
};

let proxy: Awaited<ReturnType<typeof startProxy>>;
let folder: string;
beforeEach(async () => {
  proxy = await startProxy();
  folder = await mkdtemp(join(tmpdir(), 'wireproof-discover-'));
});
afterEach(async () => {
  await proxy.stop();
  await rm(folder, { recursive: true });
});

const cli = (argv: readonly string[], env: Readonly<Record<string, string>> = { WIREPROOF_KEY: key }) => saidBy(argv, { cwd: folder, env });

const profile = {
  name: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
  about: 'proposed by wireproof discover',
  claims: ['client:openai-chat', 'upstream:openai-chat', 'client-keys', 'model-registry', 'gzip-requests'],
  models: { 'openai-chat': 'gpt-4.1-mini' },
};

describe('discover', () => {
  it('prints a profile that can be used, with every request above it', async () => {
    const { code, out, err } = await cli(['discover', proxy.url]);
    expect([code, err]).toEqual([0, '']);
    await writeFile(join(folder, 'proposed.yaml'), out);
    expect(await readProfileFile(join(folder, 'proposed.yaml'))).toEqual(profile);
    expect(out.split('\n').filter((line) => line.includes(' → ') && line.startsWith('#   '))).toHaveLength(proxy.seen.length);
    expect(out).not.toContain(key);
  });

  it('lists every request as JSON, and then writes the profile too when a file is named', async () => {
    const { code, out, err } = await cli(['discover', proxy.url, '--format', 'json', '--output', 'mine.yaml']);
    const told = JSON.parse(out) as { profile: unknown; complete: boolean; requests: { method: string; path: string; key: string }[] };
    expect([code, told.complete, told.profile]).toEqual([0, true, profile]);
    expect(told.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(proxy.seen);
    expect(told.requests.slice(0, 3).map((request) => request.key)).toEqual(['shown', 'none', 'none']);
    expect(err).toBe(`wrote ${join(folder, 'mine.yaml')}\n`);
    expect(await readProfileFile(join(folder, 'mine.yaml'))).toEqual(profile);
  });

  it('asks nothing when the file is there already, and leaves it as it is', async () => {
    await writeFile(join(folder, 'mine.yaml'), 'mine');
    const { code, err } = await cli(['discover', proxy.url, '--output', 'mine.yaml']);
    expect([code, err]).toEqual([
      2,
      `error: ${join(folder, 'mine.yaml')} exists already, and is not overwritten\nhint: name another file, or move that one away\n`,
    ]);
    expect([proxy.seen, await readFile(join(folder, 'mine.yaml'), 'utf8')]).toEqual([[], 'mine']);
  });

  it('leaves a file alone that came into being meanwhile', async () => {
    proxy.meanwhile.act = () => writeFileSync(join(folder, 'mine.yaml'), 'theirs');
    const { code, out } = await cli(['discover', proxy.url, '--output', 'mine.yaml']);
    expect([code, out, await readFile(join(folder, 'mine.yaml'), 'utf8')]).toEqual([2, '', 'theirs']);
  });

  it('writes nothing when it is stopped, and blames no question for it', async () => {
    const stop = new AbortController();
    proxy.meanwhile.act = () => {
      if (proxy.seen.length === 7) stop.abort('SIGINT');
    };
    const about = { cwd: folder, env: { WIREPROOF_KEY: key }, signal: stop.signal };
    expect(await saidBy(['discover', proxy.url, '--output', 'mine.yaml'], about)).toEqual({ code: 130, out: '', err: 'stopped\n' });
    expect([proxy.seen.length, await readdir(folder)]).toEqual([7, []]);
  });

  it('says where it cannot write', async () => {
    const { code, err } = await cli(['discover', proxy.url, '--output', 'nowhere/mine.yaml']);
    expect([code, err.split('\n')[0], await readdir(folder)]).toEqual([2, 'error: the profile cannot be written', []]);
  });

  it('ends in 3 when a key is missing or refused', async () => {
    const without = await cli(['discover', proxy.url], {});
    expect([without.code, without.out.includes('  - client-keys\n'), without.err]).toEqual([3, true, '']);
    const wrong = await cli(['discover', proxy.url], { WIREPROOF_KEY: 'wrong' });
    expect([wrong.code, wrong.out, wrong.err.split('\n')[0]]).toEqual([3, '', 'error: the target refuses the key']);
  });

  it('refuses a key that no header takes before it asks anything', async () => {
    const { code, out, err } = await cli(['discover', proxy.url], { WIREPROOF_KEY: 'ключ-вызывающего' });
    expect([code, out, proxy.seen]).toEqual([2, '', []]);
    expect(err).toContain('error: the key of WIREPROOF_KEY cannot be sent');
    expect(err).not.toContain('ключ');
  });

  it('needs a URL', async () => {
    expect((await cli(['discover'])).code).toBe(2);
    expect((await cli(['discover', 'reference'])).err.split('\n')[0]).toBe('error: not an http or https URL: it begins with no scheme');
  });
});

describe('the own address', () => {
  it('is refused before a target that the run starts, and with a key in it', async () => {
    const ours = await cli(['run', '--target', 'reference', '--row', '3', '--own-url', 'http://127.0.0.1:1']);
    expect([ours.code, ours.err.split('\n')[0]]).toEqual([
      2,
      'error: --own-url goes with a target at a URL; before reference stands nothing but what a scenario puts there',
    ]);
    const { code, err } = await cli(['run', '--target', proxy.url, '--own-url', 'http://me:secret-text@127.0.0.1:1']);
    expect([code, err.includes('secret-text')]).toEqual([2, false]);
  });
});

describe('a direct upstream', () => {
  const run = (...flags: readonly string[]) => cli(['run', '--target', proxy.url, '--arm', 'canary', '--row', '3', ...flags]);

  it('has a key from a variable that is set, and a flag of its own', async () => {
    expect((await run('--direct', 'http://127.0.0.1:1', '--direct-key-env', 'NOT_SET')).err).toBe(
      [
        'error: the key for the direct upstream is missing',
        '  --direct-key-env',
        '    expected  environment variable NOT_SET',
        '    actual    not set, or empty',
        '    hint      set it: export NOT_SET=…',
        '',
      ].join('\n'),
    );
    expect((await run('--direct-key-env', 'WIREPROOF_KEY')).err.split('\n')[0]).toBe('error: --direct-key-env goes with --direct');
  });

  it('has a dialect that there is and a URL without a key', async () => {
    expect((await run('--direct', 'openai-chats=http://127.0.0.1:1')).err).toContain('did you mean "openai-chat"?');
    const { code, err } = await run('--direct', 'http://me:secret-text@127.0.0.1:1');
    expect([code, err.includes('secret-text')]).toEqual([2, false]);
  });

  it('goes with a live target only', async () => {
    const { code, err } = await cli(['run', '--row', '3', '--direct', 'http://127.0.0.1:1']);
    expect([code, err.split('\n')[0]]).toEqual([
      2,
      'error: --direct goes with a live target; what reference asks of its upstream is seen anyway',
    ]);
  });
});
