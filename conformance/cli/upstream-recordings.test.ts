import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { answer } from '#scenarios/kit/index';

import type { Report } from '../engine/records.ts';
import type { RunOptions } from '../engine/run.ts';
import { saidBy } from './testing/said-by.ts';
import { sleepyScenario, smallParts } from './testing/small-parts.ts';

const token = 'wpt_0123456789abcdef';

const scenario = sleepyScenario([false]);

const reportOf = ({ seed = 4, runId = 'run-1', upstreamAbout }: RunOptions, complete: boolean): Report => ({
  schema: 'wireproof.report/v1',
  tool: { name: 'wireproof', version: '0.1.0' },
  run: { id: runId, startedAt: '2026-11-23T13:00:00.000Z', durationMs: 10, seed, complete },
  target: { name: 'sleeper', profile: 'sleeper' },
  ...(upstreamAbout !== undefined && { upstream: upstreamAbout }),
  summary: { pass: 1, fail: 0, inconclusive: 0, unsupported: 0, unreachable: 0, error: 0, checks: 1, exitCode: 0 },
  results: [],
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireproof-upstream-flag-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What the mocked upstreams say to one call, as a proxy would ask it. */
const askUpstream = async ({ startUpstream }: RunOptions): Promise<string> => {
  const upstream = await startUpstream?.({});
  if (upstream === undefined) return 'no upstream';
  upstream.script(token, answer('text'));
  const got = await fetch(`${upstream.baseUrl('iflow')}/chat/completions`, { method: 'POST', body: `{"text":"${token}"}` });
  const text = `${got.status} ${await got.text()}`;
  await upstream.close();
  return text;
};

interface Ended {
  readonly complete?: boolean;
  readonly fails?: boolean;
}

const cli = async (argv: readonly string[], { complete = true, fails = false }: Ended = {}) => {
  const runs: RunOptions[] = [];
  const said: string[] = [];
  const parts = smallParts(scenario, async (options) => {
    runs.push(options);
    said.push(await askUpstream(options));
    if (fails) throw new Error('the run broke');
    return reportOf(options, complete);
  });
  return { ...(await saidBy(['run', ...argv], { cwd: folder, parts })), runs, said };
};

const upstreamLine = (out: string): string | undefined => out.split('\n').find((line) => line.startsWith('upstream:'));
const reportIn = async (name: string): Promise<Report> => JSON.parse(await readFile(join(folder, name), 'utf8')) as Report;

describe('--upstream', () => {
  it('says where a recorded run is when somebody was killed in replacing it', async () => {
    await cli(['--upstream', 'record:kept']);
    const former = join(folder, '.kept.aB3.old');
    await rename(join(folder, 'kept'), former);
    const replayed = await cli(['--upstream', 'replay:kept']);
    const recorded = await cli(['--upstream', 'record:kept']);
    expect([replayed.code, replayed.err.includes(`actual    nothing; what it was is ${former}`)]).toEqual([2, true]);
    expect([recorded.code, recorded.err.includes(`; what it was is ${former}; to take it back: mv ${former} `)]).toEqual([0, true]);
    const again = await cli(['--upstream', 'replay:kept']);
    expect([again.code, again.err.includes(`to remove it: rm -r ${former}\n`)]).toEqual([0, true]);
  });

  it('records a run and replays it with its seed, and reports say so', async () => {
    const first = await cli([
      '--seed',
      '5',
      '--upstream',
      'record:kept',
      '--reporter',
      'console',
      '--reporter',
      `json=${join(folder, 'first.json')}`,
    ]);
    const second = await cli(['--upstream', 'replay:kept', '--reporter', 'console', '--reporter', `json=${join(folder, 'second.json')}`]);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(second.said).toEqual(first.said);
    expect(first.said[0]).toMatch(/^200 \{/);
    expect(second.runs.map(({ seed, runId }) => ({ seed, runId }))).toEqual([{ seed: 5, runId: 'run-1' }]);
    const baseline = (await reportIn('first.json')).upstream?.baseline ?? '';
    expect(baseline).toMatch(/^[0-9a-f]{64}$/);
    const about = { baseline, directory: 'kept', recordings: 1 };
    expect((await reportIn('first.json')).upstream).toEqual({ ...about, source: 'record' });
    expect((await reportIn('second.json')).upstream).toEqual({ ...about, source: 'replay' });
    const seal = baseline.slice(0, 12);
    expect(upstreamLine(first.out)).toBe(`upstream: recorded to kept, 1 recording, sealed ${seal}`);
    expect(upstreamLine(second.out)).toBe(`upstream: replay of kept, 1 recording, sealed ${seal}`);
  });

  it.each(['', 'kept', 'record:', 'replay: ', 'Replay:kept', 'play:kept'])('%j is told to be wrong', async (value) => {
    const { code, err, runs } = await cli(['--upstream', value]);
    expect({ code, err: err.split('\n')[0], runs }).toEqual({
      code: 2,
      err: `error: option '--upstream <record:dir|replay:dir>' argument '${value}' is invalid. Expected record:DIR or replay:DIR.`,
      runs: [],
    });
  });

  it('refuses another seed than the one that was recorded', async () => {
    await cli(['--seed', '5', '--upstream', 'record:kept']);
    const { code, err, runs } = await cli(['--seed', '6', '--upstream', 'replay:kept']);
    expect({ code, runs }).toEqual({ code: 2, runs: [] });
    expect(err).toContain('kept was recorded with --seed 5');
    expect((await cli(['--seed', '5', '--upstream', 'replay:kept'])).code).toBe(0);
  });

  it.each(['record', 'replay'])('%s refuses a canary, which asks a live target', async (mode) => {
    await cli(['--upstream', 'record:kept']);
    const before = await readdir(folder);
    const { code, err, runs } = await cli(['--arm', 'canary', '--upstream', `${mode}:kept`]);
    expect({ code, runs }).toEqual({ code: 2, runs: [] });
    expect(err).toContain(`--upstream ${mode}:DIR goes with mocked upstreams`);
    expect(await readdir(folder)).toEqual(before);
  });

  it('tells of a replay that is not there, and starts nothing', async () => {
    const { code, err, runs } = await cli(['--upstream', 'replay:kept']);
    expect({ code, runs }).toEqual({ code: 2, runs: [] });
    expect(err).toContain(join(folder, 'kept', 'run.json'));
  });

  it.each([
    ['did not come to its end', { complete: false }],
    ['broke', { fails: true }],
  ])('leaves an older recording as it was when the run %s', async (_, ended) => {
    await cli(['--seed', '5', '--upstream', 'record:kept']);
    const before = await readFile(join(folder, 'kept', 'run.json'), 'utf8');
    await cli(['--seed', '6', '--upstream', 'record:kept'], ended);
    expect(await readFile(join(folder, 'kept', 'run.json'), 'utf8')).toBe(before);
    expect(await readdir(folder)).toEqual(['kept']);
  });

  it('records nothing into a directory of something else', async () => {
    await writeFile(join(folder, 'notes.md'), 'mine');
    const { code, err, runs } = await cli(['--upstream', 'record:.']);
    expect({ code, runs }).toEqual({ code: 2, runs: [] });
    expect(err).toContain('holds something else than a recorded run');
    expect(await readdir(folder)).toEqual(['notes.md']);
  });
});
