import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { startMockUpstream } from '#fixtures/upstreams/serve';
import type { Cell } from '#scenarios/kit/cell';

import { ToolError } from '../errors.ts';
import { loadTarget, type LoadTargetOptions } from './file-target.ts';
import type { RunningTarget } from './target.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const folders: string[] = [];
const folder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'targets-'));
  folders.push(path);
  closers.push(() => rm(path, { recursive: true, force: true }));
  return path;
};

/** Writes a target file and loads it. */
const load = async (yaml: string, more: Partial<LoadTargetOptions> = {}) => {
  const cwd = await folder();
  await writeFile(join(cwd, 'it.yaml'), yaml);
  return loadTarget('./it.yaml', { env: { PATH: '/usr/bin:/bin' }, cwd, ...more });
};

const failureOf = async (doing: Promise<unknown>): Promise<ToolError> => {
  const error = await doing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ToolError) return error;
  throw new Error('expected a ToolError', { cause: error });
};

const neutral = { remediesOff: [], config: {} };
const chat: Cell = { client: 'openai-chat', upstream: 'openai-chat', stream: false };

/** A proxy in one line: says what it got. It also starts a child of its own when asked. */
const program = `
const http = require('node:http');
http.createServer((req, res) => res.end(JSON.stringify({ url: req.url, headers: req.headers, env: process.env, pid: process.pid }))).listen(Number(process.argv[1]), '127.0.0.1');
`;
const startBlock = (more = ''): string => `start: { command: [node, -e, ${JSON.stringify(program)}, '{port}']${more} }\n`;
const base = "name: echo\nclaims: ['client:openai-chat', 'upstream:openai-chat']\nmodels: { openai-chat: gpt-4.1-mini }\n";

interface Echo {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
}
const ask = async (running: RunningTarget, cell = chat): Promise<Echo> => {
  const response = await fetch(`${running.url}${running.path(cell, '/v1/chat/completions')}`, { headers: running.headers(cell) });
  return (await response.json()) as Echo;
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a URL of a target file', () => {
  it.each([
    ['url', 'url: http://me:s3cret@127.0.0.1:1'],
    ['url', 'url: "htps://me:s3cret@127.0.0.1:1"'],
    ['url', 'url: "127.0.0.1:1/?key=s3cret"'],
    ['own-url', 'url: http://127.0.0.1:1\nown-url: http://127.0.0.1:1/#s3cret'],
    ['direct.url', 'url: http://127.0.0.1:1\ndirect: { url: "http://127.0.0.1:1/?key=s3cret" }'],
  ])('holds no key, and one that does is not repeated: %s', async (place, lines) => {
    const error = await failureOf(load(`name: live\n${lines}\nclaims: []\nmodels: {}\n`));
    expect([error.code, error.problems.map(({ where }) => where.split(' ').at(-1))]).toEqual(['target-file-invalid', [place]]);
    expect(JSON.stringify([error.message, error.problems])).not.toContain('s3cret');
  });

  it('may have an at sign in its path', async () => {
    const target = await load('name: live\nurl: http://127.0.0.1:1/@team\nclaims: []\nmodels: {}\n');
    expect(target.url).toBe('http://127.0.0.1:1/@team');
  });

  it('on the command line is one also without its scheme, and is not repeated', async () => {
    const error = await failureOf(loadTarget('me:s3cret@host:8317/v1', { env: {}, cwd: '/' }));
    expect([error.code, error.message.includes('s3cret')]).toEqual(['usage', false]);
  });
});

it('a key that no header takes is refused, and not repeated', async () => {
  const yaml = 'name: live\nurl: http://127.0.0.1:1\nkey: { env: MY_KEY }\nclaims: []\nmodels: {}\n';
  const error = await failureOf(load(yaml, { env: { MY_KEY: 'two words' } }));
  expect([error.code, error.message]).toEqual(['usage', expect.stringMatching(/^the key of MY_KEY cannot be sent/)]);
});

describe('a target that its file starts', () => {
  it('runs on a free port, is routed per upstream, and is gone after stop', async () => {
    const upstream = await startMockUpstream();
    closers.push(() => upstream.close());
    const routes =
      "routes:\n  openai-chat: { clients: [openai-chat], headers: { X-Host: '{upstream:openai-chat}', x-n: 5 }, path-prefix: /gateway }\n";
    const target = await load(`${base}${startBlock(", env: { MINE: 'port {port}', HERE: '{here}/start' }")}${routes}`, {
      env: { PATH: '/usr/bin:/bin', OPENAI_API_KEY: 'not for the child' },
    });
    const running = await target.start(neutral, upstream);
    closers.push(() => running.stop());
    const seen = await ask(running);
    expect(seen.url).toBe('/gateway/v1/chat/completions');
    expect(seen.headers).toMatchObject({ 'x-host': upstream.baseUrl('openai-chat'), 'x-n': '5' });
    expect([seen.env['MINE'], seen.env['OPENAI_API_KEY']]).toEqual([`port ${new URL(running.url).port}`, undefined]);
    expect(seen.env['HERE']).toBe(join(folders.at(-1) ?? '', 'start'));
    expect(await running.logs()).toBeUndefined();
    await running.stop();
    expect(isAlive(seen.pid)).toBe(false);
  });

  it('refuses cells for which it has no route, and takes a key from the environment', async () => {
    const yaml = `${base}${startBlock()}key: { env: MY_KEY }\nroutes: { openai-chat: { clients: [openai-chat] } }\n`;
    const target = await load(yaml, { env: { PATH: '/usr/bin:/bin', MY_KEY: ' a-client-key\n' } });
    expect([target.refuses?.(chat), target.refuses?.({ ...chat, client: 'anthropic-messages' })]).toEqual([
      undefined,
      'echo has no route for anthropic-messages > openai-chat',
    ]);
    const running = await target.start(neutral, undefined);
    closers.push(() => running.stop());
    expect((await ask(running)).headers['authorization']).toBe('Bearer a-client-key');
  });

  it('that ends early is reported with its last words', async () => {
    const target = await load(`${base}start: { command: [node, -e, 'console.error("no config found"); process.exit(4)'] }\n`);
    const error = await failureOf(target.start(neutral, undefined));
    expect([error.code, error.exitCode, error.message, error.problems[0]?.actual]).toEqual([
      'target-start-failed',
      3,
      'echo did not start: it exited with code 4',
      'no config found',
    ]);
  });

  it('whose program does not exist is reported as such', async () => {
    const target = await load(`${base}start: { command: [/nowhere/at-all] }\n`);
    expect((await failureOf(target.start(neutral, undefined))).message).toBe(
      'echo did not start: it could not be started: spawn /nowhere/at-all ENOENT',
    );
  });

  it('that never gets ready is stopped after the bound', async () => {
    const stuck = "console.log(process.pid); setInterval(() => {}, 1000); process.on('SIGTERM', () => {})";
    const target = await load(`${base}start: { command: [node, -e, "${stuck}"] }\nready: { within-seconds: 0.5 }\n`);
    const error = await failureOf(target.start(neutral, undefined));
    expect(error.message).toBe('echo did not start: no answer from / within 0.5 s, last: ECONNREFUSED');
    expect(isAlive(Number(error.problems[0]?.actual))).toBe(false);
  });

  it('stops starting when the run is ended', async () => {
    const silent = 'console.log(process.pid); setInterval(() => {}, 1000)';
    const target = await load(`${base}start: { command: [node, -e, "${silent}"] }\n`, { signal: AbortSignal.abort() });
    expect((await failureOf(target.start(neutral, undefined))).message).toBe('echo did not start: the run was ended');
  });

  it('on a taken port is refused before it starts', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => {
      holder.listen(0, '127.0.0.1', resolve);
    });
    closers.push(
      () =>
        new Promise((resolve) => {
          holder.close(resolve);
        }),
    );
    const { port } = holder.address() as AddressInfo;
    const target = await load(`${base}${startBlock(`, port: ${port}`)}`);
    expect(await failureOf(target.start(neutral, undefined))).toMatchObject({ code: 'port-in-use', exitCode: 2 });
  });

  it('whose routes point at mocks says so when there are none', async () => {
    const target = await load(
      `${base}url: http://127.0.0.1:9\nroutes: { openai-chat: { clients: [openai-chat], headers: { x: '{upstream:openai-chat}' } } }\n`,
    );
    const running = await target.start(neutral, undefined);
    expect(() => running.headers(chat)).toThrow('points at the mocked upstreams, and a canary has none');
  });
});

describe('a target file with problems', () => {
  it('lists them all, with lines', async () => {
    const yaml = [
      'nmae: x',
      'claims: [client:openai-chat, flying]',
      'models: { openai: gpt }',
      "start: { npm: 'portkey', command: [] }",
      'url: ftp://x',
    ].join('\n');
    const error = await failureOf(load(yaml));
    expect([error.code, error.exitCode]).toEqual(['target-file-invalid', 2]);
    expect(error.problems.map(({ where, actual, hint }) => [where.replace(/^.*it\.yaml/, 'it.yaml'), actual, hint])).toEqual([
      ['it.yaml:1 name', 'nothing', undefined],
      ['it.yaml:4 start.npm', '"portkey"', undefined],
      ['it.yaml:4 start.command', '[]', undefined],
      ['it.yaml:5 url', '"ftp://x"', undefined],
      ['it.yaml:2 claims.1', '"flying"', undefined],
      ['it.yaml:3 models.openai', '"gpt"', undefined],
      ['it.yaml:1 nmae', '"nmae"', 'did you mean "name"?'],
    ]);
  });

  it('that wants a key which is not there is told apart', async () => {
    const error = await failureOf(load(`${base}url: http://127.0.0.1:9\nkey: { env: NO_SUCH_KEY }\n`));
    expect([error.code, error.exitCode, error.problems[0]?.expected]).toEqual(['missing-key', 2, 'environment variable NO_SUCH_KEY']);
    expect(error.problems[0]?.hint).toBe('set it: export NO_SUCH_KEY=…');
  });

  it('that is no mapping, or claims something under a wrong name, is told what to write', async () => {
    const [text] = (await failureOf(load('just text\n'))).problems;
    expect([text?.expected, text?.actual]).toEqual(['a mapping', '"just text"']);
    const [claim] = (await failureOf(load(`${base.replace("'client:openai-chat'", 'clent:openai-chat')}url: http://127.0.0.1:9\n`)))
      .problems;
    expect([claim?.actual, claim?.hint]).toEqual(['"clent:openai-chat"', 'did you mean "client:openai-chat"?']);
  });

  it('that is neither a URL nor a start, or broken YAML, or not there', async () => {
    expect((await failureOf(load(base))).problems[0]?.expected).toBe('either start or url');
    expect((await failureOf(load('a: [1'))).message).toMatch(/is not valid YAML$/);
    expect((await failureOf(loadTarget('/nowhere/x.yaml', { env: {}, cwd: '/' }))).problems[0]?.actual).toBe('no such file');
  });
});

describe('what --target may name', () => {
  it('is a file in targets/ of the working folder, by its bare name', async () => {
    const cwd = await folder();
    await mkdir(join(cwd, 'targets'));
    await writeFile(join(cwd, 'targets', 'mine.yaml'), `${base}url: http://127.0.0.1:9/\n`);
    expect((await loadTarget('mine', { env: {}, cwd })).url).toBe('http://127.0.0.1:9');
    const error = await failureOf(loadTarget('mnie', { env: {}, cwd }));
    expect([error.code, error.hint]).toEqual(['usage', 'did you mean "mine"?']);
  });

  it('is a URL, with the key from WIREPROOF_KEY and a profile', async () => {
    const options = { env: { WIREPROOF_KEY: 'the-key' }, cwd: '/', profile: 'reference' };
    const target = await loadTarget('https://proxy.example/base/', options);
    expect([target.name, target.url, target.profile.name, target.configurable]).toEqual([
      'proxy.example',
      'https://proxy.example/base',
      'reference',
      false,
    ]);
    const running = await target.start(neutral, undefined);
    expect(running.headers({ ...chat, client: 'anthropic-messages' })).toEqual({ 'x-api-key': 'the-key' });
  });

  it.each(['ftp://x', 'http://user:secret@x', 'http://x/?key=1', 'http://'])('is not %s', async (url) => {
    expect((await failureOf(loadTarget(url, { env: {}, cwd: '/' }))).code).toBe('usage');
  });

  it('is not a profile that does not exist', async () => {
    const error = await failureOf(loadTarget('http://x', { env: {}, cwd: '/', profile: 'refrence' }));
    expect(error.hint).toBe('did you mean "reference"?');
  });
});
