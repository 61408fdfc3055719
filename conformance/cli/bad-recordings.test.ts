import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { sealed } from '#fixtures/recordings/seal-recording';

import { lacksFullDisk, onFullDisk } from '../record/testing/on-full-disk.ts';
import { saidBy } from './testing/said-by.ts';

const recording = (id: string, status = 201) =>
  sealed({
    schema: 'wireproof.recording/v1',
    id,
    provenance: { at: '2026-11-23T00:00:00.000Z', upstream: 'https://api.example.com', tool: 'wireproof 0.1.0', surface: 'openai-chat' },
    redactions: [],
    request: { method: 'POST', target: '/v1/chat/completions', fields: [], body: { utf8: '{"model":"m"}' } },
    answer: {
      status,
      version: '1.1',
      fields: [['content-type', 'application/json']],
      headAfterMs: 1,
      framing: 'length',
      pieces: [{ afterMs: 0, utf8: '{"id":"x"}' }],
      ends: 'complete',
      endAfterMs: 0,
    },
  });

let cwd: string;
const good = (): string => join(cwd, 'bad/a/one.recording.json');
const bad = (): string => join(cwd, 'bad/a/two.recording.json');
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'bad-recordings-'));
  for (const set of ['good', 'bad']) {
    mkdirSync(join(cwd, set, 'a'), { recursive: true });
    writeFileSync(join(cwd, set, 'a/one.recording.json'), JSON.stringify(recording('a/one', 200)));
  }
});
afterEach(() => rmSync(cwd, { recursive: true }));

const cli = (argv: readonly string[]) => saidBy(argv, { cwd, signal: AbortSignal.timeout(20_000) });

const whole = (): string => JSON.stringify(recording('a/two'));

/** What is done to a second recording, and what is said of it. */
const damages: readonly (readonly [
  string,
  () => void,
  { readonly at?: string; readonly actual: string | RegExp; readonly hint: string },
])[] = [
  ['cut', () => writeFileSync(bad(), whole().slice(0, 300)), { actual: /JSON/, hint: 'Repair the file.' }],
  ['empty', () => writeFileSync(bad(), ''), { actual: /JSON/, hint: 'Repair the file.' }],
  [
    'edited',
    () => writeFileSync(bad(), whole().replace('"status":201', '"status":202')),
    { at: 'seal', actual: recording('a/two').seal, hint: 'Edited deliberately? wireproof fixtures seal' },
  ],
  [
    'under another name',
    () => writeFileSync(bad(), JSON.stringify(recording('b/three', 201))),
    { at: 'id', actual: '"b/three"', hint: 'The id is the place of the file.' },
  ],
  [
    'huge',
    () => (writeFileSync(bad(), whole()), truncateSync(bad(), 1024 ** 3)),
    { actual: '1073741824 bytes', hint: 'Record it again with a smaller --max-bytes.' },
  ],
  [
    'not UTF-8',
    () => writeFileSync(bad(), Buffer.from(whole().replace('api', '\u00ff'), 'latin1')),
    { actual: 'bytes that are none', hint: 'Restore the file; recordings keep such bytes in base64.' },
  ],
  ['compressed', () => writeFileSync(bad(), gzipSync(whole())), { actual: 'gzip', hint: 'Unpack it: gunzip.' }],
  [
    'of another schema',
    () => writeFileSync(bad(), '{"log":{"version":"1.2"}}'),
    { at: 'schema', actual: 'another schema', hint: 'This is no recording of wireproof.' },
  ],
  [
    'of a newer version',
    () => writeFileSync(bad(), '{"schema":"wireproof.recording/v2","provenance":{"tool":"wireproof 3.1.0"}}'),
    { at: 'schema', actual: 'version 2', hint: 'wireproof 3.1.0 wrote it: that version or a later one reads it.' },
  ],
  ['hostile', () => writeFileSync(bad(), '\u001b[2J\u202e'), { actual: /\\x1b\[2J\\u202e/, hint: 'Repair the file.' }],
];

const readers: readonly (readonly [string, readonly string[]])[] = [
  ['fixtures stats', ['fixtures', 'stats', 'bad']],
  ['drift, as baseline', ['drift', '--baseline', 'bad', '--against', 'good']],
  ['drift, as what is new', ['drift', '--baseline', 'good', '--against', 'bad']],
  ['replay', ['replay', 'bad', '--', process.execPath, '--version']],
  ['can-i-deploy', ['can-i-deploy', '--proxy', 'mine@1', '--profile', 'full', '--baseline', 'bad', '--reports', '.']],
];
/** Of every file, what changes when it is written. */
const contents = (): readonly unknown[] =>
  readdirSync(cwd, { recursive: true })
    .map((name) => join(cwd, String(name)))
    .sort()
    .map((path) => {
      const { size, mtimeMs, ino } = statSync(path);
      return { path, size, mtimeMs, ino };
    });

/** The problem of the one bad file, as it is printed. */
const problemIn = (text: string) => {
  const lines = text.split('\n').map((line) => line.trim());
  const at = lines.findIndex((line) => line.startsWith(bad()));
  const value = (name: string): string | undefined =>
    lines
      .slice(at, at + 4)
      .find((line) => line.startsWith(name))
      ?.slice(name.length)
      .trim();
  return { where: lines[at], actual: value('actual'), hint: value('hint') };
};

describe.each(damages)('a recording that is %s', (_what, damage, { at, actual, hint }) => {
  const told = () => ({
    where: bad() + (at === undefined ? '' : ` at ${at}`),
    actual: typeof actual === 'string' ? actual : expect.stringMatching(actual),
    hint,
  });

  it('is told by lint', async () => {
    damage();
    const before = contents();
    const { code, out } = await cli(['fixtures', 'lint', 'bad']);
    expect([code, problemIn(out), out.split('\n').at(-2)]).toEqual([1, told(), '2 fixtures, 1 problem']);
    expect(contents()).toEqual(before);
  });

  // What was edited or moved can still be counted.
  it.each(readers.filter(([name]) => name !== 'fixtures stats' || (at !== 'seal' && at !== 'id')))(
    'is refused by %s, which changes nothing',
    async (_name, argv) => {
      damage();
      const before = contents();
      const { code, out, err } = await cli(argv);
      expect([code, out, problemIn(err)]).toEqual([2, '', told()]);
      expect(contents()).toEqual(before);
    },
  );
});

it('tells what is there twice', async () => {
  writeFileSync(bad(), JSON.stringify(recording('a/two', 200)));
  const { code, out } = await cli(['fixtures', 'lint', 'bad']);
  expect([code, problemIn(out)]).toEqual([1, { where: bad(), actual: `the same as ${good()}`, hint: 'Remove one of them.' }]);
});

it('leaves the baseline as it was when the disk is too full for a new one', async () => {
  const old = JSON.stringify(recording('a/one', 200));
  const fresh = recording('a/one', 201);
  writeFileSync(good(), JSON.stringify(fresh));
  const facts = await onFullDisk({ 'baseline/a/one.recording.json': old }, async (disk) => {
    const baseline = join(disk, 'baseline');
    const { code, out, err } = await cli(['drift', '--baseline', baseline, '--against', 'bad', '--update']);
    const names = readdirSync(disk, { recursive: true })
      .map(String)
      .filter((name) => name.startsWith('baseline'))
      .sort();
    return {
      code,
      out,
      names,
      same: readFileSync(join(baseline, 'a/one.recording.json'), 'utf8') === old,
      told: err.includes('a full disk'),
    };
  });
  const told = { code: 2, out: '', names: ['baseline', 'baseline/a', 'baseline/a/one.recording.json'], same: true, told: true };
  expect([told, expect.stringContaining(lacksFullDisk)]).toContainEqual(facts);
});
