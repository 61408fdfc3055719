import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Scenario } from '#scenarios/kit/scenario';

import { saidBy } from '../../cli/testing/said-by.ts';
import { openHistory } from '../../history/open-history.ts';
import { privatePostgres } from '../../history/testing/private-postgres.ts';
import { loadCatalogue } from '../../index.ts';
import { browserRequired, findBrowser, launchBrowser, whyNoBrowser } from '../../status-page/testing/browser.ts';
import { loadStates, type BrokenState } from './broken-state.ts';
import { withLiveProxy, type LiveProxy, type Trouble } from './live-proxy.ts';

/** Five ways of breaking a proxy, one of each area. */
const ways = [
  'access/open-to-anyone',
  'models/alias-is-missing',
  'models/prefix-is-forced',
  'reasoning/effort-lost',
  'translation/sparse-tool-result',
] as const;

interface Letter {
  readonly event: string;
  readonly incident: { readonly target: string; readonly scenario: string; readonly row: number | string; readonly title: string };
}

const letters: Letter[] = [];
const receiver = createServer((request, response) => {
  let text = '';
  request.on('data', (bytes: Buffer) => (text += bytes.toString('utf8')));
  request.once('end', () => {
    letters.push(JSON.parse(text) as Letter);
    response.writeHead(204).end();
  });
});

const postgres = await privatePostgres();
const chromium = findBrowser(process.env);
if (chromium === undefined) {
  if (browserRequired(process.env)) throw new Error(whyNoBrowser);
  process.stderr.write(`the status page of a watched proxy is read without a browser: ${whyNoBrowser}\n`);
}

/** What somebody sees who opened the page once and looks at it: text that comes by itself, where there is a browser. */
const onlooker = async (url: string): Promise<{ readonly text: () => Promise<string>; readonly leave: () => Promise<void> }> => {
  if (chromium === undefined) return { text: async () => (await fetch(url)).text(), leave: () => Promise.resolve() };
  const browser = await launchBrowser(chromium);
  const page = await browser.newPage();
  await page.goto(url);
  return { text: () => page.innerText('body'), leave: () => browser.close() };
};
let clientKey = 'none yet';
let folder = '';
let catalogue: readonly Scenario[] = [];
let states: readonly BrokenState[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-watch-'));
  catalogue = await loadCatalogue();
  states = await loadStates();
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
});
afterAll(async () => {
  receiver.close();
  receiver.closeAllConnections();
  await postgres?.remove();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  letters.length = 0;
});

const troubleOf = (id: string): Trouble => {
  const scenario = catalogue.find((each) => each.id === id);
  const state = states.find((each) => each.scenario === id);
  if (scenario === undefined || state === undefined) throw new Error(`no broken state of ${id}`);
  return { state, scenario };
};

interface Config {
  readonly proxy: LiveProxy;
  readonly scenarios: readonly string[];
  readonly history: unknown;
  readonly every?: string;
}

/** JSON is YAML. */
const configFor = ({ proxy, scenarios, history, every = '5m' }: Config): string =>
  JSON.stringify({
    history,
    defaults: {
      'key-env': 'WATCHED_KEY',
      schedule: { every, jitter: '0s' },
      thresholds: { fails: 2, of: 3, passes: 2, 'confirm-after': '1s' },
      alerts: ['letters'],
    },
    destinations: { letters: { kind: 'webhook', url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/` } },
    targets: [{ name: 'gateway', url: proxy.url, profile: proxy.profile, scenarios: { include: scenarios } }],
  });

const told = (): readonly string[] => letters.map(({ event, incident: { scenario, row } }) => `${event} ${scenario} ${row}`);

describe('wireproof canary --once', () => {
  const file = (): string => join(folder, 'once.yaml');
  const history = (): string => join(folder, 'once.db');

  const round = async (trouble?: Trouble) =>
    withLiveProxy('documented', trouble, async (proxy) => {
      writeFileSync(file(), configFor({ proxy, scenarios: ways, history: './once.db' }));
      const said = await saidBy(['canary', '--config', file(), '--once'], { cwd: folder, env: { WATCHED_KEY: proxy.clientKey } });
      ({ clientKey } = proxy);
      expect([said.out, said.err].join('')).not.toContain(clientKey);
      return said;
    });

  it('ends in 0 while all is well, and has written what it found', async () => {
    const { code, out, err } = await round();
    expect({ code, err, letters: told() }).toEqual({ code: 0, err: '', letters: [] });
    expect(out).toMatch(/^target {3}round {5}pass .*\ngateway {2}complete {2}5 {5}0 /);
    const store = await openHistory(history());
    expect((await store.results()).map(({ scenario, verdict }) => `${scenario} ${verdict}`).sort()).toEqual(ways.map((id) => `${id} pass`));
    await store.close();
  });

  it.each(ways)('opens the incident of %s within two rounds, tells it once, and closes it after the repair', async (id) => {
    const trouble = troubleOf(id);
    const first = await round(trouble);
    const second = await round(trouble);
    const third = await round(trouble);
    expect([first, second, third].map(({ code }) => code)).toEqual([1, 1, 1]);
    const name = `${id} ${trouble.scenario.matrixRow}`;
    const opened = told().filter((each) => each === `opened ${name}`);
    expect(opened).toHaveLength(1);
    expect(second.out).toContain('incident opened: gateway: ');
    const all = told().length;
    const repaired = [await round(), await round()];
    expect(repaired.map(({ code }) => code)).toEqual([0, 0]);
    expect(told().filter((each) => each === `resolved ${name}`)).toHaveLength(1);
    // Whatever else the trouble brought with it is over, too.
    expect(told().slice(all).sort()).toEqual(
      told()
        .slice(0, all)
        .map((each) => each.replace('opened', 'resolved'))
        .sort(),
    );
    const store = await openHistory(history());
    expect(await store.incidents({ open: true })).toEqual([]);
    await store.close();
    // Neither what is kept nor what was told has the caller's key in it.
    const kept = readdirSync(folder).filter((name) => name.startsWith('once.db'));
    expect(kept).toContain('once.db');
    for (const name of kept) expect(readFileSync(join(folder, name)).includes(clientKey)).toBe(false);
    expect(JSON.stringify(letters)).not.toContain(clientKey);
  });
});

const program = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const bound = { timeout: 90_000, interval: 200 };

describe.skipIf(postgres === undefined)('two workers on one PostgreSQL', () => {
  const file = (): string => join(folder, 'workers.yaml');
  const id = 'translation/sparse-tool-result';

  const startWorker = async (env: Readonly<Record<string, string>>): Promise<{ readonly child: ChildProcess; readonly url: string }> => {
    const args = ['--import', 'tsx', '--conditions=wireproof-source', program, 'canary', '--config', file(), '--worker', '--port', '0'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'], ...env } });
    let said = '';
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', () => reject(new Error(`a worker ended: ${said}`)));
      child.stdout?.on('data', (bytes: Buffer) => {
        said += bytes.toString('utf8');
        const [, found] = /status page (\S+)\//.exec(said) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    return { child, url };
  };

  it('open the incident, tell it once, show it, and close it after the repair', async () => {
    const database = (await postgres?.newDatabase()) ?? '';
    const trouble = troubleOf(id);
    const started: ChildProcess[] = [];
    let env: Record<string, string> = {};
    let leave = (): Promise<void> => Promise.resolve();
    const watch = (proxy: LiveProxy): void =>
      writeFileSync(file(), configFor({ proxy, scenarios: [id], history: { env: 'WATCH_HISTORY' }, every: '2s' }));
    const begin = async (proxy: LiveProxy): Promise<string> => {
      env = { WATCHED_KEY: proxy.clientKey, WATCH_HISTORY: database };
      watch(proxy);
      const workers = [await startWorker(env), await startWorker(env)];
      started.push(...workers.map(({ child }) => child));
      return workers[0]?.url ?? '';
    };
    try {
      const store = await openHistory(database);
      const roundsOf = async (outcome: string): Promise<number> =>
        (await store.rounds({ limit: 500 })).filter((round) => round.outcome === outcome).length;
      let seen: Awaited<ReturnType<typeof onlooker>> | undefined;
      await withLiveProxy('documented', undefined, async (proxy) => {
        const url = await begin(proxy);
        await vi.waitFor(async () => expect(await roundsOf('complete')).toBeGreaterThan(1), bound);
        seen = await onlooker(`${url}/incidents`);
        leave = seen.leave;
      });
      await withLiveProxy('documented', trouble, async (proxy) => {
        watch(proxy);
        await vi.waitFor(() => expect(told()).toContain(`opened ${id} ${trouble.scenario.matrixRow}`), bound);
        const title = letters.find(({ incident }) => incident.scenario === id)?.incident.title ?? 'no letter';
        await vi.waitFor(async () => expect(await seen?.text()).toContain(title), bound);
        expect(await seen?.text()).not.toContain(proxy.clientKey);
      });
      await withLiveProxy('documented', undefined, async (proxy) => {
        watch(proxy);
        await vi.waitFor(() => expect(told()).toContain(`resolved ${id} ${trouble.scenario.matrixRow}`), bound);
      });
      const ends = started.map((child) => once(child, 'exit') as Promise<[number | null]>);
      for (const child of started) child.kill('SIGTERM');
      expect((await Promise.all(ends)).map(([code]) => code)).toEqual([0, 0]);
      expect(told().filter((each) => each === `opened ${id} ${trouble.scenario.matrixRow}`)).toHaveLength(1);
      const rounds = await store.rounds({ limit: 500 });
      expect(new Set(rounds.map(({ dueAt, reason }) => `${reason} ${dueAt}`)).size).toBe(rounds.length);
      await store.close();
    } finally {
      await leave();
      for (const child of started) child.kill('SIGKILL');
    }
  });
});
