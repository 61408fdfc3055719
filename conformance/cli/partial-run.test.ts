import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Report } from '../engine/records.ts';
import type { RunOptions } from '../engine/run.ts';
import { reporterNames } from '../reporters/find-reporter.ts';
import { saidBy } from './testing/said-by.ts';
import { sleepyScenario, smallParts } from './testing/small-parts.ts';

const scenario = sleepyScenario([false, true]);

type Result = Report['results'][number];

const result = (changes: Partial<Result> = {}): Result => ({
  scenario: scenario.id,
  row: 9,
  arm: 'remedy',
  dialect: 'openai-chat',
  upstream: 'iflow',
  stream: false,
  verdict: 'pass',
  durationMs: 5,
  cost: { requests: 1, inputTokens: 1, outputTokens: 1 },
  expectations: [{ id: 'it-answers', level: 'must', side: 'caller', verdict: 'pass' }],
  ...changes,
});

const reportOf = (results: readonly Result[], exitCode = 0, complete = true): Report => ({
  schema: 'wireproof.report/v1',
  tool: { name: 'wireproof', version: '0.1.0' },
  run: { id: 'run-1', startedAt: '2026-11-22T13:00:00.000Z', durationMs: 10, seed: 7, complete },
  target: { name: 'sleeper', profile: 'sleeper' },
  summary: { pass: 1, fail: 0, inconclusive: 0, unsupported: 0, unreachable: 0, error: 0, checks: 1, exitCode },
  results: [...results],
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireproof-partial-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** One command line; `during` happens after the first result. */
const cli = async (argv: readonly string[], during: () => Promise<void> = () => Promise.resolve()) => {
  const runs: RunOptions[] = [];
  const parts = smallParts(scenario, async (options) => {
    runs.push(options);
    const report = reportOf([result()]);
    options.onStart?.({ tool: report.tool, target: report.target, seed: 7, planned: 1, arms: ['remedy'] });
    options.onResult?.(result());
    await during();
    return report;
  });
  return { ...(await saidBy(argv, { cwd: folder, parts })), runs };
};

const former = async (value: unknown): Promise<string> => {
  const file = join(folder, 'former.json');
  await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
};

describe('--shard and --bail', () => {
  it.each(['0/3', '4/3', '1', '1/0', '-1/3', '1/3/5', 'a/b', '1.5/3', '1/1001', ''])('--shard %j is told to be wrong', async (value) => {
    const { code, err, runs } = await cli(['run', '--shard', value]);
    expect({ code, err, runs }).toEqual({
      code: 2,
      err: `error: option '--shard <i/n>' argument '${value}' is invalid. Expected i/n, for example 2/5, with i from 1 to n and n at most 1000.\nhint: add --help to the command to see what it takes\n`,
      runs: [],
    });
  });

  it.each(['0', 'all', '1.5'])('--bail %s is told to be wrong', async (value) => {
    const { code, err } = await cli(['run', '--bail', value]);
    expect({ code, err: err.split('\n')[0] }).toEqual({
      code: 2,
      err: `error: option '--bail [n]' argument '${value}' is invalid. Expected a whole number from 1 to 1000000.`,
    });
  });

  it.each<[string, Partial<RunOptions>]>([
    ['--shard 2/5', { shard: { index: 2, count: 5 } }],
    ['--bail', { bailAfter: 1 }],
    ['--bail 4', { bailAfter: 4 }],
    ['--bail --shard 1/1', { bailAfter: 1, shard: { index: 1, count: 1 } }],
  ])('%s is handed to the engine', async (line, options) => {
    const { runs } = await cli(['run', ...line.split(' ')]);
    expect(runs).toEqual([expect.objectContaining(options)]);
  });
});

describe('what was left out', () => {
  it.each<[string, readonly string[] | undefined]>([
    ['', undefined],
    ['--arm symptom,remedy', undefined],
    ['--shard 1/1', undefined],
    ['--bail --thorough', undefined],
    ['--row 9 --scenario availability/* --arm remedy --shard 2/2', ['--row 9', '--scenario availability/*', '--arm remedy', '--shard 2/2']],
  ])('is told to the engine: %j', async (line, selection) => {
    const { runs } = await cli(['run', ...line.split(' ').filter((word) => word !== '')]);
    expect(runs.map((options) => options.selection)).toEqual([selection]);
  });

  it('is told of a repetition, too', async () => {
    const file = await former(reportOf([result({ verdict: 'fail' })], 1));
    const { runs } = await cli(['run', '--rerun-failed', file]);
    expect(runs.map(({ selection }) => selection)).toEqual([[`--rerun-failed ${file}`]]);
  });
});

describe('--rerun-failed', () => {
  it('runs what did not pass, in the arms that the former run had', async () => {
    const failed = result({ stream: true, verdict: 'fail' });
    const file = await former(reportOf([result(), failed, result({ arm: 'symptom', verdict: 'unsupported' })], 1));
    const { code, runs } = await cli(['run', '--rerun-failed', file]);
    const [{ arms, only } = {} as RunOptions] = runs;
    const chosen = scenario.cells.flatMap((cell) =>
      (['symptom', 'remedy'] as const).map((arm) => [arm, cell.stream, only?.({ scenario, cell, arm })]),
    );
    expect({ code, arms, chosen }).toEqual({
      code: 0,
      arms: ['remedy', 'symptom'],
      chosen: [
        ['symptom', false, false],
        ['remedy', false, false],
        ['symptom', true, false],
        ['remedy', true, true],
      ],
    });
  });

  it.each(['fail', 'inconclusive', 'unreachable', 'error'] as const)(
    'counts %s among what did not pass, and --arm wins',
    async (verdict) => {
      const file = await former(reportOf([result({ verdict })], 3));
      const { runs } = await cli(['run', '--rerun-failed', file, '--arm', 'symptom']);
      expect(runs.map(({ arms }) => arms)).toEqual([['symptom']]);
    },
  );

  it('does not mind fields that a later version has added', async () => {
    const later = { ...reportOf([], 1), results: [{ ...result({ verdict: 'fail' }), mood: 'bad', row: 'new-section' }], added: 1 };
    expect((await cli(['run', '--rerun-failed', await former(later)])).runs).toHaveLength(1);
  });

  it('has nothing to do, and says so, when all passed', async () => {
    const file = await former(reportOf([result(), result({ verdict: 'unsupported' })]));
    expect(await cli(['run', '--rerun-failed', file])).toEqual({
      code: 0,
      out: '',
      err: `nothing to run again: all that was judged in ${file} passed\n`,
      runs: [],
    });
  });

  it.each([
    [3, false],
    [1, true],
  ])('does not take a report without failures that ended in %d for passed', async (exitCode, complete) => {
    const file = await former(reportOf([result()], exitCode, complete));
    expect(await cli(['run', '--rerun-failed', file])).toEqual({
      code: 2,
      out: '',
      err: `error: nothing in ${file} failed, and yet it is no report of a run that ended as expected\nhint: it was stopped early, judged nothing, or its baseline has rotted: run everything\n`,
      runs: [],
    });
  });

  it('refuses the report of another target', async () => {
    const file = await former({ ...reportOf([result({ verdict: 'fail' })], 1), target: { name: 'other', profile: 'p' } });
    const { code, err, runs } = await cli(['run', '--rerun-failed', file]);
    expect({ code, err, runs }).toEqual({
      code: 2,
      err: `error: ${file} is about the target other, this run about sleeper\nhint: name the target of that report with --target\n`,
      runs: [],
    });
  });

  it.each<[string, unknown, string]>([
    ['an empty file', '', '    expected  JSON\n    actual    an empty file\n    hint      write one with --reporter json=FILE\n'],
    [
      'another document',
      { tests: [] },
      ' schema\n    expected  "wireproof.report/v1"\n    actual    nothing\n    hint      only reports of the json reporter have it; write one with --reporter json=FILE\n',
    ],
    [
      'events',
      { event: 'start', schema: 'wireproof.events/v1' },
      ' schema\n    expected  "wireproof.report/v1"\n    actual    "wireproof.events/v1"\n    hint      only reports of the json reporter have it; write one with --reporter json=FILE\n',
    ],
    [
      'a report of a newer schema',
      { schema: 'wireproof.report/v2' },
      ' schema\n    expected  "wireproof.report/v1"\n    actual    "wireproof.report/v2"\n    hint      it was written by a newer version of wireproof: run that one\n',
    ],
    [
      'a damaged report',
      { ...reportOf([]), results: [{ ...result(), verdict: 'maybe' }], run: 7 },
      ' run\n    expected  a report as wireproof.report/v1 has it\n    actual    Invalid input: expected object, received number\n',
    ],
  ])('says what is wrong with %s', async (_name, value, words) => {
    const file = await former(value);
    const { code, err, runs } = await cli(['run', '--rerun-failed', file]);
    expect({ code, runs }).toEqual({ code: 2, runs: [] });
    expect(err).toContain(
      `error: the former report cannot be used\n  ${file}${words.startsWith(' schema') || words.startsWith(' run') ? '' : '\n'}${words}`,
    );
  });

  it('says that there is no such file', async () => {
    const file = join(folder, 'none.json');
    expect((await cli(['run', '--rerun-failed', file])).err).toBe(
      `error: the former report cannot be used\n  ${file}\n    expected  a readable file\n    actual    no such file\n    hint      check the path; it is taken from the working folder\n`,
    );
  });

  it('names all scenarios and cells that there are no more', async () => {
    const gone = [
      result({ scenario: 'availability/sleepy-modle', verdict: 'fail' }),
      result({ upstream: 'codex', verdict: 'error' }),
      result({ upstream: 'codex', arm: 'symptom', verdict: 'error' }),
      result({ scenario: 'passed/before' }),
    ];
    const file = await former(reportOf(gone, 1));
    expect((await cli(['run', '--rerun-failed', file])).err).toBe(`error: the former report names 2 that there are no more
  ${file}
    expected  the id of a scenario
    actual    "availability/sleepy-modle"
    hint      did you mean "availability/sleepy-model"?
  ${file} availability/sleepy-model
    expected  one of its cells
    actual    openai-chat > codex
    hint      did you mean "openai-chat > iflow"?
hint: run everything once to get a report of the scenarios as they are now
`);
  });
});

describe('reporters', () => {
  it('write all at once, each its own file', async () => {
    const names = reporterNames();
    const { code, runs } = await cli(['run', ...names.flatMap((name) => ['--reporter', `${name}=${join(folder, name)}`])]);
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    expect({ code, runs: runs.length, files: (await readdir(folder)).sort() }).toEqual({ code: 0, runs: 1, files: names });
    expect(texts.filter((text) => text.trim() === '')).toEqual([]);
  });

  it('that follow a run write as it goes on, others at its end', async () => {
    const seen: (readonly string[])[] = [];
    const files = ['jsonl', 'json'].map((name) => join(folder, name));
    const textOf = (file = ''): Promise<string> => readFile(file, 'utf8').catch(() => '(none)');
    const look = async (): Promise<void> => {
      // What was handed to the file arrives in its own time, long before so many looks at it.
      for (let looks = 0; looks < 20_000 && !(await textOf(files[0])).includes('"event":"result"'); looks += 1);
      seen.push(await readdir(folder));
    };
    const { code } = await cli(['run', '--reporter', `jsonl=${files[0] ?? ''}`, '--reporter', `json=${files[1] ?? ''}`], look);
    expect({ code, seen, lines: (await textOf(files[0])).trimEnd().split('\n').length }).toEqual({ code: 0, seen: [['jsonl']], lines: 3 });
  });

  it('say which extension a file of theirs has, when they cannot share standard output', async () => {
    const { err } = await cli(['run', '--reporter', 'markdown', '--reporter', 'github']);
    expect(err).toBe(
      'error: the reporters cannot be used like this\n  --reporter\n    expected  standard output for markdown alone\n    actual    markdown and github\n    hint      write it to a file: --reporter markdown=report.md\n',
    );
  });
});
