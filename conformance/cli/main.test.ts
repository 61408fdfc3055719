import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** The real program as a process of its own. */
const start = (...argv: readonly string[]) =>
  spawn(process.execPath, ['--import', 'tsx', '--conditions', 'wireproof-source', main, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });

const ended = async (child: ReturnType<typeof start>): Promise<unknown> => (await once(child, 'close'))[0] as unknown;

/** What it prints first. A program that ends without a word fails the test with what it said on standard error, instead of hanging it. */
const firstOutput = async (child: ReturnType<typeof start>, errors: Promise<string>): Promise<string> => {
  const silence = once(child, 'close').then(async () => {
    throw new Error(`it ended without output: ${await errors}`);
  });
  const [first] = (await Promise.race([once(child.stdout, 'data'), silence])) as [Buffer];
  silence.catch(() => undefined);
  return first.toString();
};

/** A bound for a busy machine that has to compile the sources first; not a threshold. */
const timeout = 60_000;

describe('the program', { timeout }, () => {
  it('stops serving at Ctrl-C and frees its port', async () => {
    const child = start('upstream');
    const errors = text(child.stderr);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(await firstOutput(child, errors))?.[0] ?? '';
    const answered = await fetch(`${url}/__wireproof/refusals`);
    child.kill('SIGINT');
    child.stdout.resume();

    expect({ status: answered.status, code: await ended(child), errors: await errors }).toEqual({ status: 200, code: 0, errors: '' });
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('ends a run at Ctrl-C, writes what it has, and leaves nothing else behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wireproof-main-'));
    try {
      const file = join(folder, 'out.json');
      const child = start('run', '--concurrency', '1', '--reporter', `json=${file}`);
      const errors = text(child.stderr);
      await firstOutput(child, errors);
      child.kill('SIGINT');
      child.stdout.resume();
      const code = await ended(child);
      const { run } = JSON.parse(await readFile(file, 'utf8')) as { run: { complete: boolean } };

      expect({ code, errors: await errors, complete: run.complete, files: await readdir(folder) }).toEqual({
        code: 130,
        errors: 'stopped by SIGINT: exit 130\n',
        complete: false,
        files: ['out.json'],
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('does not mind a reader that has gone', async () => {
    const child = start('list', '--format', 'json');
    const errors = text(child.stderr);
    child.stdout.destroy();

    expect({ code: await ended(child), errors: await errors }).toEqual({ code: 0, errors: '' });
  });
});
