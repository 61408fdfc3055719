import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { surfaceIds } from '#fixtures/exchange';
import type { Recording } from '#fixtures/recordings/recording';
import { recordingFilesIn } from '#fixtures/recordings/recording-file';
import { sealed } from '#fixtures/recordings/seal-recording';
import { loadScenarios } from '#scenarios/catalogue';
import type { Scenario } from '#scenarios/kit/scenario';

import { loadRun } from '../../recorded-runs/load-run.ts';
import { referenceTarget } from '../../targets/reference-proxy.ts';
import { differences, recordRun, replayRun, runThrice, type ThreeRuns } from './three-runs.ts';

/** All surfaces, framings and endings that scenarios use, sockets, callers who leave, and answers that name a time to come. */
const slice = [
  'availability/iflow-406',
  'codex-cli/turn-on-a-websocket-never-ends',
  'complaints/failures-leave-connections-behind',
  'complaints/passed-through-is-changed',
  'complaints/stream-ends-early',
  'limits/announced-wait-is-misread',
  'sockets/one-bad-message-ends-all',
  'streaming/cut-anywhere',
  'streaming/last-event-is-bare',
];
/** Quick, and its checks read what the upstream said. */
const small = 'complaints/stream-comes-in-one-lump';

let room: string;
let all: readonly Scenario[];
const named = (ids: readonly string[]): readonly Scenario[] =>
  ids.map((id) => {
    const scenario = all.find((one) => one.id === id);
    if (scenario === undefined) throw new Error(`no scenario ${id}`);
    return scenario;
  });

beforeAll(async () => {
  room = await mkdtemp(join(tmpdir(), 'wireproof-recorded-run-'));
  all = await loadScenarios();
});
afterAll(() => rm(room, { recursive: true, force: true }));

describe('a part of the suite, recorded and replayed', () => {
  let runs: ThreeRuns;
  let recordings: readonly Recording[];
  beforeAll(async () => {
    const directory = join(room, 'slice');
    runs = await runThrice({ scenarios: named(slice), target: await referenceTarget(), seed: 7, directory, now: Date.now });
    ({ recordings } = loadRun(directory));
  }, 300_000);

  it('is judged the same through the pass-through', () => {
    expect(differences(runs.plain, runs.recording).found).toEqual([]);
  });

  it('is judged the same on the recordings', () => {
    const { compared, found } = differences(runs.plain, runs.replay);
    expect(found).toEqual([]);
    expect(compared).toBe(runs.plain.results.length + runs.plain.results.reduce((sum, { expectations }) => sum + expectations.length, 0));
    expect(new Set(runs.replay.results.map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
  });

  it('leaves out nothing that passed', () => {
    expect(runs.manifest.notSaved).toEqual([]);
  });

  it('has what the suite has: every surface, chunks and lengths, and all four ends', () => {
    expect(new Set(recordings.map(({ provenance }) => provenance.surface))).toEqual(new Set(surfaceIds));
    expect(new Set(recordings.map(({ answer }) => answer?.framing))).toEqual(new Set(['chunked', 'length']));
    const ends = recordings.map(({ answer, unanswered }) => (answer ?? unanswered)?.ends);
    expect(new Set(ends)).toEqual(new Set(['complete', 'fin', 'open', 'reset']));
  });
});

describe('a recorded run that is no longer what was recorded', () => {
  const recorded = async (name: string) => {
    const options = { scenarios: named([small]), target: await referenceTarget(), directory: join(room, name) };
    await recordRun({ ...options, seed: 8, now: Date.now });
    return options;
  };
  /** The first recording whose answer has the text. */
  const fileWith = async (directory: string, text: string): Promise<string> => {
    for (const file of recordingFilesIn(directory)) if ((await readFile(file, 'utf8')).includes(text)) return file;
    throw new Error(`no recording has ${text}`);
  };
  const said = ' says';
  const cellOf = (file: string): string => /([a-z-]+)\/wpt_/.exec(file)?.[1] ?? '';

  it('is judged by what it says now', async () => {
    const options = await recorded('changed');
    const file = await fileWith(options.directory, said);
    const { seal: _seal, ...recording } = JSON.parse((await readFile(file, 'utf8')).replaceAll(said, ' sais')) as Recording;
    await writeFile(file, JSON.stringify(sealed(recording)));
    const failed = (await replayRun(options)).results.filter(({ verdict }) => verdict === 'fail');
    expect(failed.map(({ upstream }) => upstream)).toEqual([cellOf(file)]);
    const { seal, manifest } = loadRun(options.directory);
    expect(seal).not.toBe(manifest.seal);
  });

  it('is not played when a seal is broken', async () => {
    const options = await recorded('broken');
    const file = await fileWith(options.directory, said);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(said, ' sais'));
    await expect(replayRun(options)).rejects.toMatchObject({ code: 'fixture-invalid', problems: [{ file, path: 'seal' }] });
  });

  it('leaves undecided what needs a recording that is gone', async () => {
    const options = await recorded('gone');
    const file = await fileWith(options.directory, said);
    await rm(file);
    const { results } = await replayRun(options);
    const undecided = results.filter(({ verdict }) => verdict !== 'pass');
    expect(undecided.map(({ upstream, verdict }) => [upstream, verdict])).toEqual([[cellOf(file), 'inconclusive']]);
    expect(undecided[0]?.reason).toMatch(/^[a-z-]+: not-in-recording: no recording for POST \/v1[a-z/-]+ of [a-z-]+, token wpt_/);
  });
});
