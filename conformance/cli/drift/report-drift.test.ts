import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { recordingOf } from '../../drift/testing/recording-of.ts';
import { saidBy } from '../testing/said-by.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'report-drift-'));
  for (const directory of ['old', 'new']) {
    mkdirSync(join(cwd, directory, 'chat'), { recursive: true });
    writeFileSync(join(cwd, directory, 'chat/one.recording.json'), JSON.stringify(recordingOf('chat/one', 'the same')));
  }
});
afterEach(() => rmSync(cwd, { recursive: true }));

const compared = ['drift', '--baseline', 'old', '--against', 'new'];

it('a comparison of directories that a signal stops says so, whatever it has found, and writes what it has', async () => {
  const whole = await saidBy(compared, { cwd });
  const stopped = await saidBy([...compared, '--notice'], { cwd, signal: AbortSignal.abort('SIGTERM') });
  expect([whole.code, whole.err]).toEqual([0, '']);
  expect(stopped).toEqual({ code: 143, out: whole.out, err: 'stopped by SIGTERM: exit 143\n' });
});
