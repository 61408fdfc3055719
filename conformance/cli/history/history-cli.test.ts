import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openHistory } from '../../history/open-history.ts';
import { decideNothing, failedResult, incidentAt, nothingDecided, resultOfRound, roundAt, stateAt } from '../../history/testing/records.ts';
import { saidBy } from '../testing/said-by.ts';

const folder = await mkdtemp(join(tmpdir(), 'wireproof-history-cli-'));
const file = join(folder, 'canary.db');
const start = Date.parse('2026-11-20T10:00:00Z');
const first = roundAt(start);
const second = roundAt(start + 3_600_000, {
  id: 'second',
  target: 'other',
  location: 'there',
  outcome: 'stopped',
  cause: 'budget',
  note: '=cmd|x',
});

beforeAll(async () => {
  const store = await openHistory(file);
  await store.recordRound(
    first,
    [resultOfRound(first)],
    () => ({ ...nothingDecided, states: [stateAt(start)], incidents: [incidentAt(start)] }),
    [],
  );
  const failed = failedResult(second, { id: 'failed', scenario: 'tools/lost', row: 7, reason: '=HYPERLINK("http://x")\n\u001b[31m,' });
  await store.recordRound(second, [failed], decideNothing, []);
  await store.reserve({
    limits: [{ scope: 'team', hour: {}, day: {} }],
    at: start,
    worst: { requests: 2, inputTokens: 3, outputTokens: 4, seconds: 1.5, usd: 0.5000000000000001 },
  });
  await store.close();
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const history = (args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = folder) =>
  saidBy(['history', ...args], { cwd, env, columns: 120 });

const quiet = async (args: readonly string[]): Promise<string> => {
  const { code, out, err } = await history([...args, '--history', 'canary.db']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
};

describe('wireproof history', () => {
  it('shows rounds to people, the newest first', async () => {
    expect(await quiet(['rounds'])).toBe(
      [
        'started                   target  location  reason     outcome   cause   duration_ms  requests  input_tokens  output_tokens  usd    id                   note',
        '2026-11-20T11:00:00.000Z  other   there     scheduled  stopped   budget  900          2         30            5              0.125  second               =cmd|x',
        `2026-11-20T10:00:00.000Z  team    here      scheduled  complete  -       900          2         30            5              0.125  ${first.id}  -`,
        '',
      ].join('\n'),
    );
  });

  it('finds the history of the configuration that a canary would read in this folder', async () => {
    const here = await mkdtemp(join(folder, 'here-'));
    expect((await history(['rounds'], {}, here)).code).toBe(2);
    await writeFile(join(here, 'wireproof.canary.yaml'), 'history: ../canary.db\ntargets: [{ name: gateway, url: http://127.0.0.1:1 }]\n');
    const { code, out } = await history(['rounds'], {}, here);
    expect({ code, found: out.split('\n').length }).toEqual({ code: 0, found: 4 });
  });

  it('writes CSV that no spreadsheet takes for formulas and no terminal for commands', async () => {
    expect(await quiet(['results', '--format', 'csv', '--verdict', 'fail,error'])).toBe(
      [
        'at,target,location,row,scenario,verdict,warned,duration_ms,first_byte_ms,total_ms,fault,id,reason',
        `2026-11-20T11:00:00.000Z,other,there,7,tools/lost,fail,no,812.5,120.25,800,proxy,failed,"'=HYPERLINK(""http://x"")\\x0a\\x1b[31m,"`,
        '',
      ].join('\r\n'),
    );
  });

  it('writes whole records as JSON and NDJSON', async () => {
    const all = JSON.parse(await quiet(['results', '--format', 'json'])) as { readonly id: string; readonly evidence?: unknown }[];
    expect(all.map(({ id, evidence }) => [id, evidence !== undefined])).toEqual([
      ['failed', true],
      [`${first.id}:streams/cut`, false],
    ]);
    const lines = (await quiet(['rounds', '--format', 'ndjson', '--limit', '1'])).split('\n');
    expect([lines.length, JSON.parse(lines[0] ?? '')]).toEqual([2, second]);
    expect(await quiet(['rounds', '--target', 'nobody', '--format', 'json'])).toBe('[]\n');
    expect(await quiet(['rounds', '--target', 'nobody'])).toBe('nothing found\n');
  });

  it('keeps to what is asked for', async () => {
    const ids = async (...args: readonly string[]) =>
      (await quiet(['results', '--format', 'ndjson', ...args]))
        .split('\n')
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { readonly scenario: string }).scenario);
    expect(await ids('--row', '7')).toEqual(['tools/lost']);
    expect(await ids('--scenario', 'streams/cut')).toEqual(['streams/cut']);
    expect(await ids('--location', 'there')).toEqual(['tools/lost']);
    expect(await ids('--target', 'team')).toEqual(['streams/cut']);
    expect(await ids('--from', '2026-11-20T10:30:00Z')).toEqual(['tools/lost']);
    expect(await ids('--to', '2026-11-20T10:30:00Z')).toEqual(['streams/cut']);
    expect(await ids('--to', '2026-11-20')).toEqual([]);
  });

  it('shows states, incidents, series and spending', async () => {
    expect(await quiet(['states', '--format', 'csv'])).toBe(
      'target,row,scenario,location,health,flapping,since,last\r\nteam,4,streams/cut,here,healthy,no,2026-11-20T10:00:00.000Z,2026-11-20T10:00:00.000Z\r\n',
    );
    expect(await quiet(['incidents', '--open', '--format', 'csv'])).toBe(
      `opened,closed,severity,target,row,scenario,rule,locations,fault,results,id,title\r\n2026-11-20T10:00:00.000Z,,critical,team,4,streams/cut,failing,here,,1,incident-${start},Streams are cut\r\n`,
    );
    expect(
      await quiet(['series', '--target', 'team', '--from', '2026-11-20', '--to', '2026-11-21', '--width', '1d', '--format', 'csv']),
    ).toBe(
      'at,pass,fail,other,p50_ms,p95_ms,p99_ms,first_byte_p50_ms,first_byte_p95_ms,first_byte_p99_ms\r\n2026-11-20T00:00:00.000Z,1,0,0,800,800,800,120.25,120.25,120.25\r\n',
    );
    expect(await quiet(['spend', '--format', 'csv'])).toBe(
      'at,span,target,requests,input_tokens,output_tokens,usd,seconds\r\n2026-11-20T10:00:00.000Z,hour,team,2,3,4,0.5,1.5\r\n2026-11-20T00:00:00.000Z,day,team,2,3,4,0.5,1.5\r\n',
    );
  });

  it('reads more than a page, and says where a screen has only the newest', async () => {
    const location = join(folder, 'many.db');
    const store = await openHistory(location);
    const round = roundAt(start);
    const results = Array.from({ length: 1_203 }, (_, index) => resultOfRound(round, { scenario: `s/${String(index).padStart(4, '0')}` }));
    await store.recordRound(round, results, decideNothing, []);
    await store.close();
    const { out } = await history(['results', '--history', location, '--format', 'csv']);
    expect(out.split('\r\n')).toHaveLength(1_205);
    const text = await history(['results', '--history', location]);
    expect([text.out.split('\n').length, text.err]).toEqual([52, 'the newest 50; --limit gives more, --format csv all\n']);
  });

  it('checks, and says what is wrong', async () => {
    expect(await quiet(['check'])).toBe('sqlite: nothing is wrong\n');
    const location = join(folder, 'torn.db');
    const store = await openHistory(location);
    await store.recordRound(first, [resultOfRound(first)], decideNothing, []);
    await store.close();
    const { default: Database } = await import('libsql');
    const database = new Database(location);
    database.exec('delete from canary_round');
    database.close();
    expect(await history(['check', '--history', location])).toEqual({ code: 1, out: '1 results of rounds that are not there\n', err: '' });
  });

  it('prunes for as long as is said', async () => {
    const location = join(folder, 'old.db');
    const store = await openHistory(location);
    await store.recordRound(first, [failedResult(first)], decideNothing, []);
    await store.close();
    expect(await history(['prune', '--history', location])).toMatchObject({
      code: 2,
      err: expect.stringContaining('give --keep 30d') as string,
    });
    expect((await history(['prune', '--history', location, '--keep', '1s'])).out).toBe(
      '1 results (their hours and days are kept), 1 rounds and 0 incidents are gone\n',
    );
  });
});

describe('wireproof history with a configuration', () => {
  const yaml =
    'retention: { results: 400d }\ntargets: [{ name: one, url: https://proxy.example, key-env: KEY_OF_THE_CANARY, profile: ./not-here.yaml }]';

  it('needs the place of the history only, and none of its keys', async () => {
    await writeFile(join(folder, 'wireproof.canary.yaml'), `history: ./canary.db\n${yaml}\n`);
    const ask = async (task: string) =>
      history([task, '--config', 'wireproof.canary.yaml', ...(task === 'rounds' ? ['--format', 'csv'] : [])]);
    expect(await ask('rounds')).toEqual({ code: 0, err: '', out: await quiet(['rounds', '--format', 'csv']) });
    expect(await ask('prune')).toMatchObject({ code: 0, err: '' });
  });

  it('says so when the variable of the history is not set', async () => {
    await writeFile(join(folder, 'wireproof.canary.yaml'), `history: { env: DATABASE_OF_THE_CANARY }\n${yaml}\n`);
    const { code, err } = await history(['rounds', '--config', 'wireproof.canary.yaml']);
    expect([code, err.includes('environment variable DATABASE_OF_THE_CANARY'), err.includes('KEY_OF_THE_CANARY')]).toEqual([
      2,
      true,
      false,
    ]);
  });
});

describe('wireproof history says what is wrong', () => {
  it('when no history is named', async () => {
    const here = await mkdtemp(join(folder, 'empty-'));
    expect(await history(['rounds'], {}, here)).toEqual({
      code: 2,
      out: '',
      err: 'error: which history?\nhint: give --history FILE, --config FILE, --history-env NAME, or set WIREPROOF_HISTORY\n',
    });
    expect((await history(['rounds'], { WIREPROOF_HISTORY: file })).code).toBe(0);
    expect((await history(['rounds', '--history-env', 'MINE'], { MINE: file })).code).toBe(0);
    expect((await history(['rounds', '--history-env', 'MINE'])).err).toContain('the environment has no MINE');
  });

  it('when the file is not there, and makes none', async () => {
    const { code, err } = await history(['rounds', '--history', 'mistyped.db']);
    expect([code, err.split('\n')[0]]).toEqual([2, 'error: there is no history']);
    expect((await readdir(folder)).filter((name) => name.startsWith('mistyped'))).toEqual([]);
  });

  it('when the file is something else', async () => {
    await writeFile(join(folder, 'notes.txt'), 'notes '.repeat(200));
    const { code, err } = await history(['rounds', '--history', 'notes.txt']);
    expect([code, err.split('\n')[0]]).toEqual([2, 'error: the history cannot be used: it is not an SQLite database']);
  });

  it.each(['postgres://ops:s3cret@db/canary', 'postgresql://db/canary?password=s3cret'])('when a password is in %s', async (url) => {
    const { code, err } = await history(['rounds', '--history', url]);
    expect([code, err.includes('s3cret'), err.split('\n')[0]]).toEqual([
      2,
      false,
      'error: a password is in the arguments, where everybody on this machine can read it',
    ]);
  });

  it('of all flags at once', async () => {
    const { code, err } = await history([
      'results',
      '--history',
      file,
      '--from',
      'yesterday',
      '--width',
      '1ms',
      '--verdict',
      'bad',
      '--keep',
      '30',
    ]);
    const places = err.split('\n').filter((line) => /--(?:from|width|verdict|keep)/.test(line));
    expect([code, places.length]).toEqual([2, 4]);
    expect((await history(['series', '--history', file])).err).toContain('a series is of one target');
  });
});
