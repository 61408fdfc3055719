import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { recorded, recordedAnswer } from '#fixtures/recordings/testing/recorded';

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

it('an answer of the baseline that cannot be read is replaced by one that can, and a missing one stands in the way', async () => {
  const zstd: [string, string][] = [['Content-Encoding', 'zstd']];
  const unreadable = recorded('chat/one', {}, { answer: recordedAnswer({ fields: zstd }) });
  const [file, fresh] = ['old', 'new'].map((name) => join(cwd, name, 'chat/one.recording.json'));
  writeFileSync(file ?? '', JSON.stringify(unreadable));
  const update = ['drift', '--baseline', 'old', '--against', 'new', '--update'];
  const replaced = await saidBy(update, { cwd });
  expect([replaced.code, replaced.err.includes('stays as it was')]).toEqual([0, false]);
  expect((JSON.parse(readFileSync(file ?? '', 'utf8')) as { answer: unknown }).answer).toEqual(
    (JSON.parse(readFileSync(fresh ?? '', 'utf8')) as { answer: unknown }).answer,
  );
  writeFileSync(join(cwd, 'old/chat/two.recording.json'), JSON.stringify(recordingOf('chat/two', 'other')));
  const refused = await saidBy(update, { cwd });
  expect([refused.code, refused.err.includes('the baseline stays as it was')]).toEqual([3, true]);
});
