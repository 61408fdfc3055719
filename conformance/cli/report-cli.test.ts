import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openHistory } from '../history/open-history.ts';
import { failedResult, incidentAt, roundAt, stateAt } from '../history/testing/records.ts';
import { saidBy } from './testing/said-by.ts';

const at = Date.UTC(2026, 10, 23, 12);

describe('wireproof report', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wireproof-report-'));
  });
  afterEach(async () => rm(folder, { recursive: true, force: true }));

  const cli = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => saidBy(['report', ...argv], { cwd: folder, env });
  const writeHistory = async (): Promise<void> => {
    const store = await openHistory(join(folder, 'canary.db'));
    const round = roundAt(at);
    const state = stateAt(at, { health: 'failing' });
    const result = failedResult(round);
    const incident = incidentAt(at, { firstResult: result.id, lastResult: result.id });
    const events = [{ kind: 'opened' as const, at, incident }];
    await store.recordRound(round, [result], () => ({ states: [state], incidents: [incident], events }), ['on-call']);
    await store.close();
  };

  it('writes the pages of a history, named by the option or by the variable', async () => {
    await writeHistory();
    const named = await cli(['--history', 'canary.db', '--reporter', 'html=pages', '--title', 'Our gateways']);
    expect(named).toMatchObject({ code: 0, err: '' });
    expect(named.out).toMatch(/^\d+ pages written; begin with .*\/pages\/index\.html\n$/);
    const overview = await readFile(join(folder, 'pages', 'index.html'), 'utf8');
    expect(overview).toContain('<title>Overview · Our gateways</title>');
    expect(overview).toContain('href="targets/team.html"');
    const [incident = ''] = await readdir(join(folder, 'pages', 'incidents'));
    expect(await readFile(join(folder, 'pages', 'incidents', incident), 'utf8')).toContain(
      '<th scope="row">on-call</th><td>opened</td><td>waiting</td>',
    );
    expect((await cli(['--reporter', 'html=others'], { WIREPROOF_HISTORY: 'canary.db' })).code).toBe(0);
    expect(await readdir(join(folder, 'others'))).toContain('index.html');
  });

  it('makes no history of a path that was mistyped', async () => {
    const { code, err } = await cli(['--history', 'canray.db', '--reporter', 'html=pages']);
    expect([code, err.includes('no such file')]).toEqual([2, true]);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    [[], 'html=DIR'],
    [['--history', 'canary.db'], 'html=DIR'],
    [['--history', 'canary.db', '--reporter', 'html='], 'html=DIR'],
    [['--history', 'canary.db', '--reporter', 'json=x'], 'html=DIR'],
    [['--reporter', 'html=pages'], '--history'],
  ])('says what is missing in %j', async (argv, missing) => {
    const { code, err } = await cli(argv);
    expect([code, err.includes(missing)]).toEqual([2, true]);
  });
});
