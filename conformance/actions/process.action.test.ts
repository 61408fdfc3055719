import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { starting, type ProcessAction, type ProcessResult } from '#scenarios/kit/actions/process';
import type { Launch } from '#scenarios/kit/grounds/launch';

import type { ProgramPlace } from '../targets/program.ts';
import type { RunningTarget } from '../targets/target.ts';
import { isUndone, type ActionContext } from './action.ts';
import { action } from './process.action.ts';

/** A program of a few lines; `{port}` stands for the port that somebody else holds. */
const programOf =
  (script: string) =>
  async (launch: Launch, { folder, takenPort }: ProgramPlace) => {
    const path = join(folder, 'config.yaml');
    if (launch.config?.is === 'text') await writeFile(path, launch.config.text);
    return {
      command: [process.execPath, '--eval', script.replaceAll('{port}', String(takenPort))],
      env: { ...launch.env },
      cwd: folder,
      config: { path, operators: path },
    };
  };

const cell = { client: 'openai-chat', upstream: 'openai-chat', stream: false } as const;

const contextOf = (script: string | undefined, asked: Partial<Omit<ProcessAction, 'kind'>>, ground: Launch): ActionContext => {
  const target: RunningTarget = {
    url: 'http://127.0.0.1:9',
    clientKey: 'key-of-the-client',
    headers: () => ({}),
    path: (_cell, path) => path,
    logs: () => Promise.resolve(undefined),
    stop: () => Promise.resolve(),
    ...(script !== undefined && { program: { ground, lay: programOf(script) } }),
  };
  const signal = new AbortController().signal;
  const about = { target, url: target.url, path: '/', headers: {}, cell, token: 'wpt_1', upstream: undefined, withinMs: 20_000, signal };
  return { ...about, probe: starting(asked) };
};

const start = async (script: string, asked: Partial<Omit<ProcessAction, 'kind'>> = {}, ground: Launch = {}): Promise<ProcessResult> => {
  const context = contextOf(script, asked, ground);
  const sight = await action.perform(context.probe.action ?? { kind: 'process' }, context);
  if (isUndone(sight)) throw new Error(sight.note);
  return sight.action as ProcessResult;
};

const listening = `
const server = require('node:http').createServer((request, response) => response.end(JSON.stringify({ path: request.url, key: request.headers['x-key'] })));
server.listen(0, '127.0.0.1', () => console.log('listening on http://127.0.0.1:' + server.address().port));
`;

describe('a program that ends by itself', () => {
  it('has ended with its code and its last word, with and without a line end', async () => {
    expect(await start(`console.log('starting'); process.stderr.write('no such file'); process.exitCode = 3;`)).toEqual({
      kind: 'process',
      came: 'ended',
      ended: { code: 3, signal: null },
      answers: {},
      lines: expect.arrayContaining([
        { from: 'stdout', text: 'starting' },
        { from: 'stderr', text: 'no such file' },
      ]) as unknown,
      config: { path: '{folder}/config.yaml' },
      leftBehind: [],
    });
  });

  it('has ended by a signal when it killed itself', async () => {
    expect((await start(`process.kill(process.pid, 'SIGKILL')`)).ended).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('gets the files and the environment of its launch, the step’s over the ground’s', async () => {
    const script = `console.log(require('node:fs').readFileSync('config.yaml', 'utf8') + process.env.WHICH)`;
    const config = { is: 'text', text: 'a: 1 ' } as const;
    const { lines, config: seen } = await start(
      script,
      { launch: { env: { WHICH: 'the step' } } },
      { config, env: { WHICH: 'the ground' } },
    );
    expect(lines).toEqual([{ from: 'stdout', text: 'a: 1 the step' }]);
    expect(seen.sha256).toBe('f17992056be90ebbaa6315ad387bc1f62a37a4c32ac7e2c617d464febd8f0d56');
  });

  it('is found out when it leaves a process behind', async () => {
    const stray = `require('node:child_process').spawn(process.execPath, ['--eval', 'setInterval(() => 0, 60000)'], { stdio: 'ignore' }).unref()`;
    expect((await start(stray)).leftBehind).toEqual(['process']);
  });
});

describe('a program that says that it is ready', () => {
  it('is asked, and ended', async () => {
    const questions = { one: { path: '/one', headers: { 'x-key': '{client-key}' } } };
    const seen = await start(`${listening} process.on('SIGTERM', () => process.exit(0));`, { questions });
    expect({ ...seen, lines: seen.lines.length }).toEqual({
      kind: 'process',
      came: 'ready',
      answeredBy: 'program',
      answers: { one: { status: 200, json: { path: '/one', key: 'key-of-the-client' } } },
      stopped: { code: 0, signal: null, killed: false },
      lines: 1,
      config: { path: '{folder}/config.yaml' },
      leftBehind: [],
    });
  });

  it('is not believed when somebody else has the port', async () => {
    const script = `console.log('API server started successfully on: 127.0.0.1:{port}'); process.exitCode = 0;`;
    const seen = await start(script, { launch: { port: 'taken' } });
    expect([seen.came, seen.answeredBy, seen.ended]).toEqual(['ready', 'somebody-else', { code: 0, signal: null }]);
  });

  it('is not believed when nobody listens', async () => {
    const script = `const server = require('node:net').createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => console.log('server started on 127.0.0.1:' + port + ', listening on :' + port));
    });`;
    expect((await start(script)).answeredBy).toBe('nobody');
  });
});

it('a program that stands by is no program that runs', async () => {
  const seen = await start(`console.log('standing by for configuration'); setInterval(() => 0, 60000);`);
  expect([seen.came, seen.stopped?.signal, seen.leftBehind]).toEqual(['stands-by', 'SIGTERM', []]);
});

it('a program that says nothing is ended at the bound', async () => {
  const context = { ...contextOf('setInterval(() => 0, 60000)', {}, {}), withinMs: 300 };
  const sight = await action.perform(starting().action ?? { kind: 'process' }, context);
  expect(isUndone(sight) ? sight : (sight.action as ProcessResult).came).toBe('nothing');
});

it('a start that its arm has no time for is not judged', async () => {
  const context = { ...contextOf('setInterval(() => 0, 60000)', {}, {}), signal: AbortSignal.abort() };
  expect(await action.perform(starting().action ?? { kind: 'process' }, context)).toEqual({
    reason: 'no-answer',
    note: 'the arm ran into its time bound before the start was seen through',
  });
});

it('a program whose questions cannot be put is ended before that is told', async () => {
  const lives = createServer();
  const life = new Promise<Socket>((resolve) => lives.once('connection', resolve));
  await new Promise<void>((ready) => lives.listen(0, '127.0.0.1', ready));
  try {
    const { port } = lives.address() as AddressInfo;
    const script = `require('node:net').connect(${port}, '127.0.0.1', () => { ${listening} });`;
    // Not a text, as only a broken scenario has it.
    const questions = { one: { path: '/', headers: { 'x-key': 7 as unknown as string } } };
    await expect(start(script, { questions })).rejects.toThrow('replaceAll');
    const socket = await life;
    if (!socket.closed)
      await new Promise((gone) =>
        socket
          .once('close', gone)
          .on('error', () => undefined)
          .resume(),
      );
  } finally {
    await new Promise((closed) => lives.close(closed));
  }
});

it('tells when the target’s program cannot be started from here', async () => {
  const context = contextOf(undefined, {}, {});
  expect(await action.perform(starting().action ?? { kind: 'process' }, context)).toEqual({
    reason: 'not-visible-here',
    note: 'how the target is started cannot be seen from here',
  });
});
