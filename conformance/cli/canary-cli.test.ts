import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startCountedTarget, well, type CountedTarget } from '../canary/testing/counted-target.ts';
import { plainScenario } from '../canary/testing/plain-scenario.ts';
import { openHistory } from '../history/open-history.ts';
import { incidentAt, roundAt } from '../history/testing/records.ts';
import { lazyParts } from './parts.ts';
import { type Said, saidBy } from './testing/said-by.ts';

let folder = '';
let target: CountedTarget;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireproof-canary-'));
  target = await startCountedTarget();
});
afterEach(async () => {
  await target.close();
  await rm(folder, { recursive: true, force: true });
});

const key = 'the-key-of-a-caller-of-the-canary';

const cli = (
  argv: readonly string[],
  signal = new AbortController().signal,
  onOut: (text: string) => void = () => undefined,
): Promise<Said> => {
  const scenarios = [plainScenario({ id: 'a' }), plainScenario({ id: 'b' })];
  const parts = { ...lazyParts, loadScenarios: () => Promise.resolve(scenarios) };
  return saidBy(['canary', ...argv], { cwd: folder, env: { CANARY_KEY: key }, signal, onOut, parts });
};

const config = (changes: Readonly<Record<string, unknown>> = {}): Promise<void> =>
  writeFile(
    join(folder, 'wireproof.canary.yaml'),
    JSON.stringify({
      history: './history.db',
      defaults: { 'key-env': 'CANARY_KEY' },
      targets: ['one', 'two'].map((name) => ({ name, url: `${target.url}/${name}`, scenarios: { include: ['plain/*'] } })),
      ...changes,
    }),
  );

describe('wireproof canary', () => {
  it('visits each target once, prints what it found, and ends in 0 when all is well', async () => {
    await config();
    const { code, out, err } = await cli(['--once']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(
      [
        'target  round     pass  fail  known  other  requests  tokens  cost',
        'one     complete  2     0     0      0      2         12      $0.00',
        'two     complete  2     0     0      0      2         12      $0.00',
        '',
      ].join('\n'),
    );
    expect(target.arrived).toHaveLength(4);
  });

  it('closes incidents of targets that were removed, unless it asks some targets only', async () => {
    await config();
    const location = join(folder, 'history.db');
    const dayAgo = Date.now() - 2 * 86_400_000;
    const open = async (): Promise<readonly string[]> => {
      const history = await openHistory(location);
      const incidents = await history.incidents({ open: true });
      await history.close();
      return incidents.map((incident) => incident.target);
    };
    const history = await openHistory(location);
    const incident = incidentAt(dayAgo, { id: 'old', target: 'removed' });
    await history.recordRound(roundAt(dayAgo, { target: 'removed' }), [], () => ({ states: [], incidents: [incident], events: [] }), []);
    await history.close();
    await cli(['--once', '--target', 'one']);
    expect(await open()).toEqual(['removed']);
    await cli(['--once']);
    expect(await open()).toEqual([]);
  });

  it('says what is wrong, and ends in 1', async () => {
    await config();
    target.behave = (response, arrived, index) => {
      if (!arrived.path.includes('/a-')) return well()(response, arrived, index);
      response.writeHead(404, { 'content-type': 'application/json' }).end(`{"error":"no ${key}"}`);
    };
    const { code, out } = await cli(['--once', '--target', 'on*']);
    expect(code).toBe(1);
    expect(out).toBe(
      [
        'target  round     pass  fail  known  other  requests  tokens  cost',
        // An answer that does not say what it cost counts as the worst case.
        'one     complete  1     1     0      0      2         20      $0.00',
        '',
        'fail  one  plain/a  (row 3)',
        '    ask0-gets-200: expected 200, got 404',
        "    fault: unknown, proxy or upstream: only the caller's side was seen; --direct URL asks the",
        '    upstream itself and compares',
        '',
      ].join('\n'),
    );
    expect(target.arrived).toHaveLength(2);
  });

  it('says why nothing was seen of a target that is not there, and ends in 3', async () => {
    const gone = await startCountedTarget();
    await gone.close();
    await config({ targets: [{ name: 'gone', url: gone.url, scenarios: { include: ['plain/a'] } }] });
    const { code, out } = await cli(['--once']);
    expect(code).toBe(3);
    expect(out.split('\n').slice(1)).toEqual([
      'gone    complete  0     0     0      1      1         0       $0.00',
      '',
      'unreachable  gone  plain/a  (row 3)',
      '    ask0-gets-200: no connection to the target: ECONNREFUSED',
      '    fault: network, no connection to the target: ECONNREFUSED; it is not there, or something on the',
      '    way keeps us from it',
      '',
    ]);
  });

  it('tells the coming day and sends nothing', async () => {
    await config();
    const [text, json] = [await cli(['--dry-run']), await cli(['--dry-run', '--format', 'json'])];
    expect([text.code, json.code, target.arrived.length]).toEqual([0, 0, 0]);
    expect(text.out).toContain('one');
    expect(JSON.parse(json.out)).toMatchObject({ targets: [{ name: 'one' }, { name: 'two' }] });
  });

  it('says what it watches, where it is seen and what a day costs at most, and ends in 0 when it is told to', async () => {
    await config();
    const stop = new AbortController();
    const { code, out, err } = await cli(['--port', '0'], stop.signal, () => stop.abort('SIGTERM'));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.replaceAll(/:\d+\//g, ':PORT/').replace(folder, 'FOLDER')).toBe(
      [
        'canary of 2 targets from local, history in FOLDER/history.db',
        'at worst in a day: 1152 requests, 4608 input and 11520 output tokens, $0.00',
        'status page http://127.0.0.1:PORT/, metrics http://127.0.0.1:PORT/metrics, control http://127.0.0.1:PORT/-/',
        '',
      ].join('\n'),
    );
  });

  it.each([
    [['--once'], 'there is no wireproof.canary.yaml in this folder', false],
    [['--once', '--target', 'three'], 'is called three', true],
    [['--worker'], '--worker shares its schedule through PostgreSQL', true],
    [['--once', '--worker'], "option '--once' cannot be used with option '--worker'", true],
  ] as const)('%j is refused before anything is sent', async (argv, sentence, withConfig) => {
    if (withConfig) await config();
    const { code, err } = await cli(argv);
    expect([code, target.arrived.length]).toEqual([2, 0]);
    expect(err).toContain(sentence);
  });
});
