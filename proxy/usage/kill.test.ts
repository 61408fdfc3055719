import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openUsageStore } from './usage-store.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-kill-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes one request after the other and says each time that it is written, until somebody kills it. */
const program = (path: string, run: number): string => `
  import { openUsageStore } from ${JSON.stringify(new URL('usage-store.ts', import.meta.url).href)};
  const store = await openUsageStore(${JSON.stringify(path)});
  const tokens = { input: 1, output: 1, cachedInput: 0, reasoning: 0, estimated: false };
  for (let n = 0; ; n += 1) {
    store.write([{ id: '${run}-' + n, at: 0, client: 'c', dialect: 'd', operation: 'generate', stream: false, requestedModel: 'm', provider: 'p',
      credential: 'k', upstreamModel: 'u', outcome: 'success', status: 200, attempts: 1, fallbackModel: '', durationMs: 1, tokens }]);
    process.stdout.write('.');
    if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }`;

/** Kills the writer as soon as it has said so many times that something is written; resolves with how often it said so in all. */
const killedAfter = async (path: string, run: number, writes: number): Promise<number> => {
  const child = spawn(process.execPath, ['--import', 'tsx', '-C', 'wireproof-source', '--input-type=module', '-e', program(path, run)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = 0;
  let words = '';
  child.stderr.on('data', (bytes: Buffer) => (words += bytes.toString('utf8')));
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.length;
    if (said >= writes) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (signal !== 'SIGKILL') throw new Error(`the writer ended by itself: ${words}`);
  return said;
};

describe('kill -9 in the middle of writing', () => {
  it('leaves a valid store that has everything that was said to be written', async () => {
    const path = join(folder, 'killed.db');
    let said = 0;
    for (const [run, writes] of [1, 40, 130, 333].entries()) {
      said += await killedAfter(path, run, writes);
      const store = await openUsageStore(path);
      const written = store.sums().reduce((sum, { requests }) => sum + requests, 0);
      store.close();
      // One more per run may be on the disk without having been said.
      expect(written).toBeGreaterThanOrEqual(said);
    }
  });
});
