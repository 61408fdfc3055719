import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { XMLParser } from 'fast-xml-parser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { systemClock } from '../../canary/clock.ts';
import { roundId } from '../../canary/round/round-id.ts';
import { plainScenario } from '../../canary/testing/plain-scenario.ts';
import { failedResult, incidentAt, roundAt } from '../../history/testing/records.ts';
import { toolAbout } from '../../package-root.ts';
import type { RoundWritten } from '../output.ts';
import { morning, watchedScenario, watchedTarget, writtenRound, type WrittenParts } from '../testing/watched-canary.ts';
import { fileOutputs } from './file-outputs.ts';

let folder = '';
let told: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireproof-files-'));
  told = [];
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (time: number, parts: WrittenParts = {}): RoundWritten => {
  const id = roundId({ target: 'team', location: 'here', dueAt: time, reason: 'scheduled' });
  return writtenRound(time, { ...parts, round: { id, ...parts.round } });
};

const outputOf = (kind: string, directory = join(folder, 'out')) => {
  const outputs = fileOutputs({ files: [{ kind, directory }], clock: systemClock(), tell: (line) => void told.push(line) });
  const [output] = outputs;
  if (output === undefined || outputs.length > 1) throw new Error('one output was expected');
  return output;
};

/** Writes all of them, and waits. */
const write = async (kind: string, ...rounds: readonly RoundWritten[]): Promise<void> => {
  const output = outputOf(kind);
  for (const round of rounds) await output.onRound(round);
  await output.close();
};

const written = (...path: readonly string[]): Promise<string> => readFile(join(folder, 'out', ...path), 'utf8');

describe('files after each round', () => {
  it('are JSON with the round, its results and its incidents', async () => {
    const target = watchedTarget('team', { region: 'eu-1', labels: { owner: 'platform' } });
    const round = at(morning, { target, lagMs: 12, decision: { incidents: [incidentAt(morning, { closedAt: morning + 1 })] } });
    await write('json', round);
    expect(JSON.parse(await written('team', `${round.round.id}.json`))).toEqual({
      schema: 'wireproof.round/v1',
      tool: toolAbout(),
      target: { name: 'team', url: 'https://gateway.example:8443/base', region: 'eu-1', labels: { owner: 'platform' } },
      round: { ...round.round, lagMs: 12 },
      results: round.results,
      incidents: [
        {
          id: `incident-${morning}`,
          scenario: 'streams/cut',
          rule: 'failing',
          severity: 'critical',
          openedAt: morning,
          closedAt: morning + 1,
        },
      ],
    });
  });

  it('are JUnit XML: failures with what was seen, known ones skipped, rounds that were stopped as an error', async () => {
    const { known: _unknown, ...failure } = failedResult(roundAt(morning));
    const round = at(morning, {
      round: { outcome: 'stopped', cause: 'budget', note: 'nothing is left' },
      results: [
        {},
        { ...failure, scenario: 'a/fails' },
        { scenario: 'b/known', verdict: 'fail', known: { reason: 'being mended', owner: 'ops', expires: '2026-12-31' } },
        { scenario: 'c/unsure', verdict: 'inconclusive', reason: 'the model declined' },
      ],
    });
    await write('junit', round);
    const xml = await written('team', `${round.round.id}.xml`);
    const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', trimValues: true });
    const { testsuites } = parser.parse(xml) as { testsuites: { testsuite: { testcase: Record<string, unknown>[] } } };
    const { testcase, ...suite } = testsuites.testsuite;
    const failureText = (testcase[2]?.['failure'] as Record<string, string> | undefined)?.['#text'];
    expect(suite).toEqual({
      name: 'team from here',
      tests: '5',
      failures: '1',
      errors: '2',
      skipped: '1',
      time: '0.900',
      timestamp: '2026-11-23T10:00:00.000Z',
    });
    expect(testcase.map(({ failure: _text, ...rest }) => rest)).toEqual([
      { classname: 'round', name: 'complete', time: '0.000', error: { message: 'nothing is left', type: 'budget' } },
      { classname: watchedScenario, name: 'row 4', time: '0.813' },
      { classname: 'a/fails', name: 'row 4', time: '0.813' },
      {
        classname: 'b/known',
        name: 'row 4',
        time: '0.813',
        skipped: { message: 'known failure: being mended (ops, until 2026-12-31)' },
      },
      { classname: 'c/unsure', name: 'row 4', time: '0.813', error: { message: 'the model declined', type: 'inconclusive' } },
    ]);
    expect(failureText?.split('\n')).toEqual([
      'must ends-well',
      '  expected: [DONE]',
      "  actual: nothing '; drop table x; --\\x00",
      'at fault: proxy: the upstream sent all of it',
      'symptom: Cut off.',
      'cause: A timeout.',
      'check: Look at "usage".',
      "what to do: Raise it; it's too short.",
      "again: curl -H 'authorization: Bearer $WIREPROOF_KEY' …",
    ]);
  });

  it('are a badge, which remembers what a re-check did not ask', async () => {
    const scenarios = [plainScenario({ id: 'one' }), plainScenario({ id: 'two' })];
    const target = watchedTarget('team', { scenarios });
    const [one, two] = [{ scenario: 'plain/one' }, { scenario: 'plain/two' }];
    const failing = { ...one, verdict: 'fail' as const };
    const covered = { ...failing, known: { reason: 'r', owner: 'o', expires: '2026-12-31' } };
    const shown: string[] = [];
    const output = outputOf('badge');
    for (const parts of [
      { results: [failing, two] },
      { results: [two], round: { reason: 'confirmation' as const } },
      { results: [covered] },
      { results: [one] },
      { results: [], round: { outcome: 'not-run' as const, cause: 'paused' as const } },
    ]) {
      await output.onRound(at(morning, { target, ...parts }));
      await output.close();
      const svg = await written('team.svg');
      shown.push(`${/<title>(.*)<\/title>/.exec(svg)?.[1] ?? ''} ${/fill="(#[0-9a-f]{6})"\/>\n<g/.exec(svg)?.[1] ?? ''}`);
    }
    expect(shown).toEqual([
      'team: 1 of 2 failing (from here, 2026-11-23) #c62828',
      'team: 1 of 2 failing (from here, 2026-11-23) #c62828',
      'team: 1 of 2 passing (from here, 2026-11-23) #8a5a00',
      'team: 2 passing (from here, 2026-11-23) #1a7f37',
      'team: not asked: paused (from here, 2026-11-23) #8a5a00',
    ]);
  });

  it('are kept for the last hundred rounds of a target, and nothing else is removed', async () => {
    await write('json', at(morning));
    const others = ['notes.json', '0mia00000-0123456789abcdef.xml', 'abc.txt'];
    for (const name of others) await writeFile(join(folder, 'out', 'team', name), '');
    const rounds = Array.from({ length: 101 }, (_, index) => at(morning + 60_000 * (index + 1)));
    await write('json', ...rounds);
    const names = (await readdir(join(folder, 'out', 'team'))).filter((name) => !others.includes(name)).toSorted();
    expect(names).toEqual(rounds.slice(1).map(({ round }) => `${round.id}.json`));
    expect((await readdir(join(folder, 'out', 'team'))).length).toBe(103);
  });

  it('that cannot be written are told of once, and stop nothing', async () => {
    await writeFile(join(folder, 'out'), 'in the way');
    const output = outputOf('json');
    await output.onRound(at(morning));
    await output.onRound(at(morning + 1));
    await output.close();
    await rm(join(folder, 'out'));
    await output.onRound(at(morning + 2));
    await output.onRound(at(morning + 3));
    await output.close();
    const where = `files: json in ${join(folder, 'out')}`;
    expect(told.map((line) => line.replace(/ENOTDIR.*'|EEXIST.*'/, 'ERROR'))).toEqual([
      `${where}: ERROR; the canary goes on without`,
      `${where}: written again, 2 rounds are missing`,
    ]);
    expect(await readdir(join(folder, 'out', 'team'))).toHaveLength(2);
  });

  it('are no more than a bounded number at a time', async () => {
    const output = outputOf('json');
    for (let index = 0; index < 210; index += 1) void output.onRound(at(morning + index));
    await output.close();
    expect(told).toEqual([
      `files: json in ${join(folder, 'out')}: the disk is slower than the rounds; the canary goes on without`,
      `files: json in ${join(folder, 'out')}: written again, 10 rounds are missing`,
    ]);
  });

  it('of no kind that is known are none', () => {
    expect(fileOutputs({ files: [{ kind: 'pdf', directory: folder }], clock: systemClock(), tell: () => undefined })).toEqual([]);
  });
});
