import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadScenarios } from '#scenarios/catalogue';
import type { Scenario } from '#scenarios/kit/scenario';

import { ToolError, type Problem } from '../../errors.ts';
import type { ArmResult } from '../../engine/arm.ts';
import { checkDestination } from '../../outputs/destinations/check-destination.ts';
import { plainScenario } from '../testing/plain-scenario.ts';
import { loadCanaryPlan, type LoadedPlan, type LoadPlanOptions } from './load-canary-plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'wireproof-canary-config-'));
let catalogue: readonly Scenario[] = [];

beforeAll(async () => {
  catalogue = await loadScenarios();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, 'canary.yaml');
const now = (): number => Date.parse('2026-11-23T12:00:00Z');

const load = (text: string, options: Partial<LoadPlanOptions> = {}): Promise<LoadedPlan> => {
  writeFileSync(file, text);
  const destinations: LoadPlanOptions['destinations'] = () => ({ problems: [], secrets: [] });
  return loadCanaryPlan(file, { env: {}, cwd: '/', catalogue, now, destinations, ...options });
};

const problemsOf = async (text: string, options?: Partial<LoadPlanOptions>): Promise<readonly Problem[]> => {
  const error: unknown = await load(text, options).catch((thrown: unknown) => thrown);
  if (!(error instanceof ToolError)) throw new Error(`no ToolError, but ${String(error)}`);
  expect([error.code, error.exitCode]).toEqual(['config-invalid', 2]);
  return error.problems.map((problem) => ({ ...problem, where: problem.where.replace(`${file}:`, ':') }));
};

const warningsOf = async (text: string, options?: Partial<LoadPlanOptions>): Promise<readonly string[]> =>
  (await load(text, options)).warnings.map((warning) => warning.replace(`${file}:`, ':').replaceAll(folder, 'FOLDER'));

const one = 'streaming/terminal-event-is-missing';
const asking = `scenarios: { include: [${one}] }`;
const target = (...more: readonly string[]): string =>
  ['targets:', '  - name: a', '    url: https://a.example', ...more.map((line) => `    ${line}`), ''].join('\n');

describe('a canary configuration', () => {
  it('is completed with what it does not say', async () => {
    const { targets, ...rest } = await load(target(asking));
    expect(rest).toEqual({
      file,
      warnings: [],
      location: 'local',
      history: join(folder, 'wireproof-history.db'),
      retention: {
        resultsMs: 2_592_000_000,
        evidenceMs: 1_209_600_000,
        hoursMs: 7_776_000_000,
        daysMs: 63_072_000_000,
        incidentsMs: 63_072_000_000,
      },
      destinations: [],
      connectivity: [],
      files: [],
      budget: { hour: {}, day: {} },
      secrets: [],
    });
    expect(
      targets.map(({ scenarios, profile, ...said }) => ({ ...said, profile: profile.name, scenarios: scenarios.map(({ id }) => id) })),
    ).toEqual([
      {
        name: 'a',
        url: 'https://a.example',
        profile: 'openai-compatible',
        scenarios: [one],
        thorough: true,
        allowed: [],
        labels: {},
        schedule: { when: { everyMs: 300_000 }, jitterMs: 10_000, timeZone: 'UTC', blackouts: [] },
        budget: { round: { requests: 120, inputTokens: 50_000, outputTokens: 50_000, seconds: 300 }, hour: {}, day: {} },
        inFlight: 1,
        prices: { input: 0, output: 0 },
        harm: { answers: 3, backOffMs: 300_000, backOffAtMostMs: 3_600_000 },
        thresholds: {
          fails: 2,
          of: 3,
          passes: 2,
          confirmAfterMs: 30_000,
          flap: { changes: 4, withinMs: 3_600_000 },
          locations: 1,
          staleAfterMs: 86_400_000,
          latency: { factor: 2, atLeastMs: 500, last: 10, learnMs: 604_800_000, learnAtLeast: 50 },
        },
        alerts: [],
      },
    ]);
  });

  it('may say everything', async () => {
    writeFileSync(join(folder, 'key'), 'from-a-file\n', { mode: 0o600 });
    const { targets, ...rest } = await load(
      `
location: fra-1
history: { env: DATABASE_URL }
retention: { results: 7d, evidence: 1d, hours: 30d, days: 365d, incidents: 100d }
destinations: { ops: { kind: webhook, url-env: HOOK }, page: { kind: pagerduty } }
serve: { host: 0.0.0.0, port: 80, title: T, control-token-env: TOKEN }
connectivity: [https://one.example]
pause-file: ./stop
heartbeat: { url-env: BEAT, every: 2m }
otlp: { endpoint: http://collector:4318/, headers: { x-team: a }, headers-env: { authorization: OTLP } }
files: [{ kind: junit, directory: out }]
budget: { hour: { requests: 1000 }, day: { usd: 2.5 } }
targets:
  - name: a
    url: https://a.example/mount/
    own-url: https://inside.example/
    key-file: key
    key-header: x-own
    profile: reference
    models: { openai-chat: mine }
    labels: { team: x }
    region: eu
    direct: { url: https://up.example/v1/, key-env: UP, dialect: openai-chat, models: { openai-chat: theirs } }
    ${asking}
    schedule: { cron: '*/10 * * * *', jitter: 5s, time-zone: Europe/Berlin, blackouts: [{ from: '0 2 * * *', for: 1h, reason: nights }] }
    budget: { round: { requests: 9 }, hour: { input-tokens: 5000 }, day: { output-tokens: 5000, seconds: 900 } }
    in-flight: 2
    prices: { input: 1, output: 2 }
    harm: { answers: 5, back-off: 1m, back-off-at-most: 10m }
    thresholds: { fails: 3, of: 5, passes: 1, confirm-after: 10s, flap: { changes: 2, within: 30m }, locations: 2, stale-after: 2h, latency: { factor: 3, at-least: 1s, last: 5, learn: 1d, learn-at-least: 10 } }
    alerts: [ops]
`,
      {
        env: {
          DATABASE_URL: 'postgres://u:pass%20word@h/db',
          TOKEN: 'control',
          BEAT: 'https://beat.example/secret',
          OTLP: 'Bearer o',
          UP: 'up-key',
        },
        location: 'ams-2',
      },
    );
    expect(rest).toEqual({
      file,
      warnings: [],
      location: 'ams-2',
      history: 'postgres://u:pass%20word@h/db',
      retention: {
        resultsMs: 604_800_000,
        evidenceMs: 86_400_000,
        hoursMs: 2_592_000_000,
        daysMs: 31_536_000_000,
        incidentsMs: 8_640_000_000,
      },
      destinations: [
        { name: 'ops', kind: 'webhook', settings: { 'url-env': 'HOOK' } },
        { name: 'page', kind: 'pagerduty', settings: {} },
      ],
      serve: { host: '0.0.0.0', port: 80, title: 'T', controlToken: 'control' },
      connectivity: ['https://one.example'],
      pauseFile: join(folder, 'stop'),
      heartbeat: { url: 'https://beat.example/secret', everyMs: 120_000 },
      otlp: { endpoint: 'http://collector:4318', headers: { 'x-team': 'a', authorization: 'Bearer o' } },
      files: [{ kind: 'junit', directory: join(folder, 'out') }],
      budget: { hour: { requests: 1000 }, day: { usd: 2.5 } },
      secrets: [
        'postgres://u:pass%20word@h/db',
        'pass word',
        'control',
        'https://beat.example/secret',
        'Bearer o',
        'from-a-file',
        'up-key',
      ],
    });
    const [{ scenarios, profile, direct, ...said } = {}] = targets;
    expect([scenarios?.map(({ id }) => id), profile?.name, profile?.models['openai-chat']]).toEqual([[one], 'reference', 'mine']);
    expect([direct?.url, direct?.key, direct?.models['openai-chat']]).toEqual(['https://up.example/v1', 'up-key', 'theirs']);
    expect(said).toEqual({
      name: 'a',
      url: 'https://a.example/mount',
      ownUrl: 'https://inside.example',
      key: 'from-a-file',
      keyHeader: 'x-own',
      labels: { team: 'x' },
      region: 'eu',
      thorough: true,
      allowed: [],
      schedule: {
        when: { cron: '*/10 * * * *' },
        jitterMs: 5_000,
        timeZone: 'Europe/Berlin',
        blackouts: [{ from: '0 2 * * *', forMs: 3_600_000, reason: 'nights' }],
      },
      budget: {
        round: { requests: 9, inputTokens: 50_000, outputTokens: 50_000, seconds: 300 },
        hour: { inputTokens: 5_000 },
        day: { outputTokens: 5_000, seconds: 900 },
      },
      inFlight: 2,
      prices: { input: 1, output: 2 },
      harm: { answers: 5, backOffMs: 60_000, backOffAtMostMs: 600_000 },
      thresholds: {
        fails: 3,
        of: 5,
        passes: 1,
        confirmAfterMs: 10_000,
        flap: { changes: 2, withinMs: 1_800_000 },
        locations: 2,
        staleAfterMs: 7_200_000,
        latency: { factor: 3, atLeastMs: 1_000, last: 5, learnMs: 86_400_000, learnAtLeast: 10 },
      },
      alerts: ['ops'],
    });
  });

  it('has defaults that a target changes key by key; what rules each other out is replaced', async () => {
    const { targets } = await load(
      `
destinations: { x: { kind: webhook }, y: { kind: webhook } }
defaults:
  key-env: KEY
  ${asking}
  labels: { team: a, tier: gold }
  schedule: { every: 1m, jitter: 1s, time-zone: Europe/Berlin }
  budget: { hour: { requests: 100, usd: 1 } }
targets:
  - { name: plain, url: 'https://a.example' }
  - { name: other, url: 'https://b.example', labels: { team: b }, schedule: { cron: '0 * * * *' }, budget: { hour: { usd: 2 } }, alerts: [] }
`,
      { env: { KEY: 'k' } },
    );
    expect(
      targets.map(({ name, key, labels, schedule, budget, alerts }) => [
        name,
        key,
        labels,
        schedule.when,
        schedule.jitterMs,
        schedule.timeZone,
        budget.hour,
        alerts,
      ]),
    ).toEqual([
      ['plain', 'k', { team: 'a', tier: 'gold' }, { everyMs: 60_000 }, 1_000, 'Europe/Berlin', { requests: 100, usd: 1 }, ['x', 'y']],
      ['other', 'k', { team: 'b', tier: 'gold' }, { cron: '0 * * * *' }, 1_000, 'Europe/Berlin', { requests: 100, usd: 2 }, []],
    ]);
  });

  it('has a rhythm and a key of its own where the defaults have others', async () => {
    writeFileSync(join(folder, 'own-key'), 'own', { mode: 0o600 });
    const { targets } = await load(
      `
defaults: { key-env: KEY, ${asking}, schedule: { cron: '0 * * * *' } }
targets:
  - { name: a, url: 'https://a.example', key-file: own-key, schedule: { every: 2m } }
  - { name: b, url: 'https://b.example' }
`,
      { env: { KEY: 'k' } },
    );
    expect(targets.map(({ key, schedule }) => [key, schedule.when])).toEqual([
      ['own', { everyMs: 120_000 }],
      ['k', { cron: '0 * * * *' }],
    ]);
  });

  it('may be a module in TypeScript, which is read anew each time', async () => {
    const module = join(folder, 'wireproof.config.ts');
    const write = (name: string): void =>
      writeFileSync(
        module,
        `import { defineConfig } from 'wireproof/conformance';
const name: string = '${name}';
export default defineConfig({ targets: [{ name, url: 'https://a.example', scenarios: { include: ['${one}'] } }] });
`,
      );
    write('first');
    const first = await loadCanaryPlan('wireproof.config.ts', { env: {}, cwd: folder, catalogue, now });
    write('second');
    const second = await loadCanaryPlan('wireproof.config.ts', { env: {}, cwd: folder, catalogue, now });
    expect([first, second].map(({ targets }) => targets.map(({ name }) => name))).toEqual([['first'], ['second']]);
  });

  it.each([
    ['missing.ts', undefined, 'a readable file', 'no such file'],
    ['broken.ts', 'export default {', 'a module that loads', expect.stringContaining('Error')],
    ['throws.mjs', 'throw new Error("no luck")', 'a module that loads', 'no luck'],
    ['empty.ts', 'export const a = 1;', 'a configuration as default export', 'nothing'],
    ['canary.toml', '', 'a file that ends in .yaml, .yml, .json, .ts, .mts, .js or .mjs', 'another ending'],
  ])('%s is told, not thrown at somebody', async (name, text, expected, actual) => {
    const path = join(folder, name);
    if (text !== undefined) writeFileSync(path, text);
    await expect(loadCanaryPlan(path, { env: {}, cwd: '/', catalogue, now })).rejects.toMatchObject({
      code: 'config-invalid',
      problems: [{ where: path, expected, actual }],
    });
  });

  it('in a module has its problems told by path', async () => {
    const path = join(folder, 'wrong.config.mjs');
    writeFileSync(path, "export default { targets: [{ name: 'a', url: 'ftp://x' }] };");
    await expect(loadCanaryPlan(path, { env: {}, cwd: '/', catalogue, now })).rejects.toMatchObject({
      problems: [{ where: `${path} targets.0.url`, expected: 'the target: an http or https URL', actual: '"ftp://x"' }],
    });
  });
});

describe('what is wrong with a configuration', () => {
  it('is told all at once, of form and of meaning, with place, value and hint', async () => {
    const text = `
locatoin: x
history: postgres://u:pw@h/db
targets:
  - name: a b
    url: https://user:pass@x.example/v1?x=1
    key: sk-abcdefghijklmnopqrstuv
    key-env: MISSING
    scenarios: { rows: [99, 3], include: [7, streaming/terminal-event-is-mising], allow: [no/such] }
    schedule: { every: 5 m, blackouts: [{ from: '* * * * *', for: 2m, reason: night }] }
  - name: c
    url: http://far.example
    key-env: sk-abcdefghijklmnopqrstuv
    profile: referenc
    alerts: [slak]
    schedule: { cron: '0 0 30 2 *' }
destinations: { slack: { kind: slack } }
`;
    const keyHint = 'keys never stand here: put it into an environment variable and name that with key-env, or into a file with key-file';
    expect(await problemsOf(text)).toEqual([
      { where: ':7 targets.0.key', expected: 'no key in the file', actual: 'a text of 25 characters that looks like one', hint: keyHint },
      {
        where: ':13 targets.1.key-env',
        expected: 'no key in the file',
        actual: 'a text of 25 characters that looks like one',
        hint: keyHint,
      },
      { where: ':5 targets.0.name', expected: 'a name of at most 63 letters, digits, dots, dashes and underscores', actual: '"a b"' },
      {
        where: ':9 targets.0.scenarios.rows.0',
        expected: 'a row from 1 to 20, or one of startup, management, rate-limits, streaming, timeouts, complaints',
        actual: '99',
      },
      { where: ':9 targets.0.scenarios.include.0', expected: 'the id of a scenario, or a glob', actual: '7' },
      { where: ':10 targets.0.schedule.every', expected: 'a duration from 1s to 31d, such as 90s, 5m, 24h or 30d', actual: '"5 m"' },
      { where: ':2 locatoin', expected: 'a known key', actual: '"locatoin"', hint: 'did you mean "location"?' },
      {
        where: ':3 history',
        expected: 'an address without a password',
        actual: 'one with a password, not shown',
        hint: 'put it into a variable, and write history: { env: NAME }',
      },
      {
        where: ':6 targets.0.url',
        expected: 'a URL without credentials',
        actual: 'a user name or password in it, not shown',
        hint: 'use key-env or key-file',
      },
      {
        where: ':6 targets.0.url',
        expected: 'a URL without query and fragment',
        actual: 'one with them',
        hint: 'leave out what follows the path',
      },
      { where: ':8 targets.0.key-env', expected: 'environment variable MISSING', actual: 'not set', hint: 'set it: export MISSING=…' },
      {
        where: ':9 targets.0.scenarios.include.1',
        expected: 'the id of a scenario, or a glob that matches one',
        actual: '"streaming/terminal-event-is-mising"',
        hint: 'did you mean "streaming/terminal-event-is-missing"?',
      },
      {
        where: ':9 targets.0.scenarios.allow.0',
        expected: 'the whole id of a scenario',
        actual: '"no/such"',
        hint: expect.stringContaining('known: '),
      },
      { where: ':9 targets.0.scenarios', expected: 'a scenario that can be asked of this target', actual: 'none' },
      {
        where: ':10 targets.0.schedule.blackouts',
        expected: 'room for a round',
        actual: 'windows that leave none (night)',
        hint: 'an interval begins at a moment of its own: shorten a window, or say the times with cron',
      },
      {
        where: ':14 targets.1.profile',
        expected: 'a profile that there is',
        actual: 'no profile "referenc"',
        hint: 'did you mean "reference"?',
      },
      {
        where: ':16 targets.1.schedule.cron',
        expected: 'a time that comes',
        actual: '"0 0 30 2 *" in UTC, which never does',
        hint: 'check day and month',
      },
      { where: ':15 targets.1.alerts.0', expected: 'the name of a destination', actual: '"slak"', hint: 'did you mean "slack"?' },
    ]);
  });

  it('never shows a secret, wherever it was put', async () => {
    const secret = 'sk-verysecretverysecret1234';
    const text = `
location: ${secret}
history: ${secret}
serve: { control-token-env: 'Zx9Kq2Lm8Rt5Vb1Nc7Wd3Yf6' }
otlp: { endpoint: https://o.example, headers: { authorization: Basic dXNlcjpwYXNz } }
destinations: { a: { kind: webhook, url: 'https://hooks.slack.com/services/T0/B0/abc123' } }
${secret}: 1
targets:
  - { name: a, url: 'https://${secret}@x.example', labels: { team: ${secret} }, models: { openai-chat: ${secret} } }
`;
    const problems = await problemsOf(text);
    expect(problems.map(({ where }) => where)).toEqual([
      ':2 location',
      ':3 history',
      ':4 serve.control-token-env',
      ':6 destinations.a.url',
      ':9 targets.0.url',
      ':9 targets.0.labels.team',
      ':9 targets.0.models.openai-chat',
      ':2',
      ':5 otlp.headers.authorization',
    ]);
    expect(JSON.stringify(problems)).not.toMatch(/verysecret|Zx9K|dXNlcjpwYXNz|services\/T0/);
  });

  it.each([
    ['', ':1 targets', 'a list of targets', 'nothing'],
    ['targets: []', ':1 targets', 'at least one target', 'a list'],
    ['[]', ':1', 'a mapping', 'a list'],
    ['targets: 7', ':1 targets', 'a list of targets', '7'],
  ])('%j is told', async (text, where, expected, actual) => {
    expect((await problemsOf(text)).map((problem) => [problem.where, problem.expected, problem.actual])).toEqual([
      [where, expected, actual],
    ]);
  });

  it('in YAML that is none has its line', async () => {
    expect((await problemsOf('targets: []\n\tx: 1\n')).map(({ where, expected }) => [where, expected])).toEqual([[':2', 'YAML']]);
  });

  it('of a location on the command line is told', async () => {
    expect(await problemsOf(target(asking), { location: 'a place' })).toEqual([
      { where: '--location', expected: 'a name of at most 63 letters, digits, dots, dashes and underscores', actual: '"a place"' },
    ]);
  });

  it('of destinations is what their kinds say', async () => {
    const text = `destinations: { ops: { kind: webhok, url: x } }\n${target(asking)}`;
    const problems = await problemsOf(text, {
      destinations: ({ name, kind, settings }) => ({
        problems: [{ path: ['kind'], expected: 'a kind', actual: `${name} ${kind} ${Object.keys(settings).join()}`, hint: 'webhook' }],
        secrets: [],
      }),
    });
    expect(problems).toEqual([{ where: ':1 destinations.ops.kind', expected: 'a kind', actual: 'ops webhok url', hint: 'webhook' }]);
    const known = await problemsOf(text, { destinations: checkDestination });
    expect(known.map(({ where, actual }) => [where, actual])).toEqual([[':1 destinations.ops.kind', '"webhok"']]);
    const { secrets } = await load(text, { destinations: () => Promise.resolve({ problems: [], secrets: ['hook-secret'] }) });
    expect(secrets).toEqual(['hook-secret']);
  });
});

describe('a key', () => {
  it.each([
    [{}, 'not set'],
    [{ KEY: ' ' }, 'set, but empty'],
  ])('in a variable that has none is a problem: %j', async (env, actual) => {
    expect(await problemsOf(target('key-env: KEY', asking), { env })).toEqual([
      { where: ':4 targets.0.key-env', expected: 'environment variable KEY', actual, hint: 'set it: export KEY=…' },
    ]);
  });

  it.each([
    ['gone', undefined, 'a readable file FOLDER/gone', 'no such file'],
    ['empty', '\n', 'a key and nothing else', 'an empty file'],
    ['words', 'my key', 'a key and nothing else', 'more than one word'],
  ])('in a file that is %s is a problem', async (name, text, expected, actual) => {
    if (text !== undefined) writeFileSync(join(folder, name), text, { mode: 0o600 });
    const problems = await problemsOf(target(`key-file: ${name}`, asking));
    expect(problems.map((problem) => [problem.where, problem.expected.replace(folder, 'FOLDER'), problem.actual])).toEqual([
      [':4 targets.0.key-file', expected, actual],
    ]);
  });

  it('that everybody can read is warned of', async () => {
    writeFileSync(join(folder, 'open'), 'k');
    chmodSync(join(folder, 'open'), 0o644);
    expect(await warningsOf(target('key-file: open', asking))).toEqual([
      ':4 targets.0.key-file: everybody on this machine can read FOLDER/open (chmod 600 FOLDER/open)',
    ]);
  });

  it('that goes over the network in clear is warned of; not on this machine, and not where there is none', async () => {
    const entry = (name: string, url: string, more = ', key-env: KEY'): string =>
      `  - { name: ${name}, url: '${url}'${more}, ${asking} }\n`;
    const text = `targets:\n${entry('a', 'http://far.example')}${entry('b', 'http://127.0.0.1:8317')}${entry('c', 'http://[::1]:8317')}${entry('d', 'https://far.example')}${entry('e', 'http://open.example', '')}`;
    expect(await warningsOf(text, { env: { KEY: 'k' } })).toEqual([
      ':2 targets.0.url: the key goes over the network unencrypted (use https)',
    ]);
  });
});

describe('targets', () => {
  it('of one name are a problem', async () => {
    const text = `targets:\n  - { name: a, url: 'https://a.example', ${asking} }\n  - { name: a, url: 'https://b.example', ${asking} }\n`;
    expect(await problemsOf(text)).toEqual([
      { where: ':3 targets.1.name', expected: 'a name of its own', actual: '"a", which targets.0 has too' },
    ]);
  });

  it('of one URL and one key are a warning that names both; two keys are none', async () => {
    const entry = (name: string, key: string): string => `  - { name: ${name}, url: 'https://a.example', key-env: ${key}, ${asking} }\n`;
    const env = { ONE: 'k1', SAME: 'k1', OTHER: 'k2' };
    expect(await warningsOf(`targets:\n${entry('a', 'ONE')}${entry('b', 'OTHER')}${entry('c', 'SAME')}`, { env })).toEqual([
      ':4 targets.2.url: c and a are the same URL with the same key: each request is paid twice',
    ]);
  });
});

describe('a budget', () => {
  it('of zero is a warning as long as others run', async () => {
    const text = `targets:\n  - { name: a, url: 'https://a.example', ${asking}, budget: { day: { requests: 0 } } }\n  - { name: b, url: 'https://b.example', ${asking} }\n`;
    expect(await warningsOf(text)).toEqual([
      ':2 targets.0.budget.day.requests: a ceiling of 0: a never runs (raise it, or remove the target)',
    ]);
  });

  it('of zero for every target is a problem', async () => {
    expect(await problemsOf(target(asking, 'budget: { round: { output-tokens: 0 } }'))).toEqual([
      {
        where: ':2 targets',
        expected: 'a target that can run',
        actual: 'a ceiling of 0 for every one',
        hint: 'raise the ceiling of at least one target',
      },
    ]);
    expect(await problemsOf(`budget: { hour: { requests: 0 } }\n${target(asking)}`)).toEqual([
      { where: ':1 budget', expected: 'room for a round', actual: 'a ceiling of 0 for all targets together', hint: 'raise it' },
    ]);
  });

  it('of money is no obstacle where nothing has a price, which is warned of', async () => {
    const hint = 'a has no prices, so its requests count as free (say prices: { input: …, output: … })';
    expect(await warningsOf(`budget: { hour: { usd: 3 } }\n${target(asking, 'budget: { day: { usd: 0 } }')}`)).toEqual([
      `:6 targets.0.budget.day.usd: ${hint}`,
      `:1 budget.hour.usd: ${hint}`,
    ]);
    expect(await warningsOf(target(asking, 'budget: { day: { usd: 1 } }', 'prices: { input: 0, output: 1 }'))).toEqual([]);
  });

  it('that is too small for one round is a problem, and the smallest that does is named and does', async () => {
    const budget = (requests: number, tokens: number, usd: number): string =>
      `budget: { round: { requests: ${requests} }, hour: { input-tokens: ${tokens} }, day: { usd: ${usd} } }`;
    const selection = 'scenarios: { rows: [3, 12] }';
    const more = ['profile: reference', 'prices: { input: 10, output: 100 }', selection];
    const problems = await problemsOf(`budget: { hour: { seconds: 10 } }\n${target(...more, budget(1, 10, 0.001))}`);
    expect(problems.map(({ where, actual }) => [where, actual])).toEqual([
      [':8 targets.0.budget.round.requests', '1'],
      [':8 targets.0.budget.hour.input-tokens', '10'],
      [':8 targets.0.budget.day.usd', '0.001'],
      [':1 budget.hour.seconds', '10'],
    ]);
    const [requests = 0, tokens = 0, usd = 0, seconds = 0] = problems.map(({ expected }) =>
      Number(/^at least ([\d.]+), the worst case of one round of a$/.exec(expected)?.[1]),
    );
    const enough = await load(`budget: { hour: { seconds: ${seconds} } }\n${target(...more, budget(requests, tokens, usd))}`);
    expect(enough.warnings).toEqual([]);
    const less = await problemsOf(
      `budget: { hour: { seconds: ${seconds - 1} } }\n${target(...more, budget(requests - 1, tokens - 1, usd - 0.0001))}`,
    );
    expect(less.map(({ where }) => where)).toEqual(problems.map(({ where }) => where));
  });
});

describe('a selection', () => {
  const selected = async (wish: string): Promise<readonly string[]> =>
    (await load(target('profile: reference', wish))).targets.flatMap(({ scenarios }) => scenarios.map(({ id }) => id));

  it('is by default the usual case of each row, and never what changes something', async () => {
    const ids = await selected('labels: {}');
    const rows = new Set(catalogue.filter(({ id }) => ids.includes(id)).map(({ matrixRow }) => matrixRow));
    expect([ids.length, rows.size]).toEqual([23, 20]);
    expect(catalogue.filter(({ id, live }) => ids.includes(id) && (!live.safe || !live.idempotent || live.round === 'thorough'))).toEqual(
      [],
    );
  });

  it('by rows and globs is thorough, unless it says otherwise', async () => {
    const [thorough, usual] = [await selected('scenarios: { rows: [5] }'), await selected('scenarios: { rows: [5], thorough: false }')];
    expect([thorough.length > usual.length, usual.every((id) => thorough.includes(id))]).toEqual([true, true]);
    expect(await selected('scenarios: { include: [models/*], exclude: ["*-is-*", models/availability-is-unclear] }')).not.toContain(
      'models/alias-is-missing',
    );
  });

  it('takes up what is not safe only by allow, made fit for a live target, and says so', async () => {
    const unsafe = catalogue.find(
      ({ live, expectations, cells }) =>
        !live.safe && expectations.some(({ side }) => side === 'caller') && cells.some(({ client }) => client === 'openai-chat'),
    );
    if (unsafe === undefined || unsafe.live.safe) throw new Error('all scenarios are safe');
    const { id } = unsafe;
    expect(await problemsOf(target('profile: reference', `scenarios: { include: [${one}, ${id}] }`))).toEqual([
      {
        where: `:5 targets.0.scenarios.include.1`,
        expected: 'a scenario that may be asked of a live target',
        actual: `"${id}"`,
        hint: `${unsafe.live.because}; to run it all the same, name it under scenarios.allow`,
      },
    ]);
    const { targets } = await load(target('profile: reference', `scenarios: { include: [${one}], allow: [${id}] }`));
    expect(targets.map(({ allowed, scenarios }) => [allowed, scenarios.map((each) => [each.id, each.live.safe])])).toEqual([
      [
        [id],
        expect.arrayContaining([
          [id, true],
          [one, true],
        ]),
      ],
    ]);
  });

  it('takes up what is safe but changes something only by allow', async () => {
    const live = { safe: true, idempotent: false, maxOutputTokens: 100, timeoutMs: 1_000 } as const;
    const own = [plainScenario({ id: 'looks' }), plainScenario({ id: 'writes', live })];
    const ids = async (wish: string) =>
      (await load(target(wish), { catalogue: own })).targets.map(({ scenarios, allowed }) => [scenarios.map(({ id }) => id), allowed]);
    expect(await ids('labels: {}')).toEqual([[['plain/looks'], []]]);
    expect(await ids('scenarios: { allow: [plain/writes] }')).toEqual([[['plain/looks', 'plain/writes'], ['plain/writes']]]);
  });

  it('that allows what is safe anyway is warned of', async () => {
    expect(await warningsOf(target(`scenarios: { include: [${one}], allow: [${one}] }`))).toEqual([
      `:4 targets.0.scenarios.allow.0: ${one} is safe anyway and needs no allowance (name it under include)`,
    ]);
  });

  it('of what the profile does not claim is warned of by name, and a problem where nothing is left', async () => {
    const other = 'reasoning/effort-lost';
    expect(await warningsOf(target(`scenarios: { include: [${one}, ${other}] }`))).toEqual([
      expect.stringContaining(
        `:4 targets.0.scenarios.include.1: ${other} cannot be asked: profile openai-compatible does not claim reasoning`,
      ),
    ]);
    expect(await problemsOf(target(`scenarios: { include: [${other}] }`))).toEqual([
      {
        where: ':4 targets.0.scenarios',
        expected: 'a scenario that can be asked of this target',
        actual: 'none of 1 that are selected',
        hint: expect.stringContaining(`${other}: profile openai-compatible does not claim`),
      },
    ]);
  });
});

describe('a schedule', () => {
  it.each([
    ["cron: '61 * * * *'", ':5 targets.0.schedule.cron', 'a cron expression of five or six fields (Invalid value for minute: 61)'],
    ["cron: '* * *'", ':5 targets.0.schedule.cron', 'a cron expression of five or six fields (it has 3 fields)'],
    ["cron: '2027-01-01T00:00:00'", ':5 targets.0.schedule.cron', 'a cron expression of five or six fields (it has 1 fields)'],
    ['time-zone: Mars/Base', ':5 targets.0.schedule.time-zone', 'an IANA time zone, such as Europe/Berlin or UTC'],
    ['every: 5m, jitter: 6m', ':5 targets.0.schedule.jitter', 'at most 5m, the interval'],
    ["every: 5m, cron: '* * * * *'", ':5 targets.0.schedule', 'either every or cron'],
    [
      "cron: '0 3 * * *', blackouts: [{ from: '0 2 * * *', for: 2h, reason: nights }]",
      ':5 targets.0.schedule.blackouts',
      'room for a round',
    ],
  ])('{ %s } is a problem', async (schedule, where, expected) => {
    const problems = await problemsOf(target(asking, `schedule: { ${schedule} }`));
    expect(problems.map((problem) => [problem.where, problem.expected])).toEqual([[where, expected]]);
  });
});

describe('thresholds', () => {
  it('change alert rules by id, and no rule that there is not', async () => {
    const { targets } = await load(target(asking, 'thresholds: { rules: { latency: { off: true }, failing: { severity: warning } } }'));
    expect(targets[0]?.thresholds.rules).toEqual({ latency: { off: true }, failing: { severity: 'warning' } });
    expect(await problemsOf(target(asking, 'thresholds: { rules: { latnecy: { off: true } } }'))).toEqual([
      {
        where: ':5 targets.0.thresholds.rules.latnecy',
        expected: 'the id of an alert rule',
        actual: '"latnecy"',
        hint: 'did you mean "latency"?',
      },
    ]);
  });

  it('that cannot be met are a problem', async () => {
    const problems = await problemsOf(target(asking, 'thresholds: { fails: 4, of: 3 }', 'harm: { back-off: 2h, back-off-at-most: 1h }'));
    expect(problems.map(({ where, expected, actual }) => [where, expected, actual])).toEqual([
      [':5 targets.0.thresholds.fails', 'at most 3, which is `of`', '4'],
      [':6 targets.0.harm.back-off-at-most', 'at least 2h, which is back-off', '1h'],
    ]);
  });
});

describe('a baseline', () => {
  const entry = (id: string, expires: string): string =>
    `- { id: '${id}', reason: waiting for a release, owner: ada, expires: ${expires} }\n`;
  const failed = { record: { scenario: one, arm: 'canary' }, culprits: ['x'] } as unknown as ArmResult;

  it('covers until its entries expire, also while the canary runs', async () => {
    writeFileSync(join(folder, 'known.yaml'), entry(one, '2026-11-23'));
    let at = now();
    const { targets, warnings } = await load(target(asking, 'baseline: known.yaml'), { now: () => at });
    expect([targets[0]?.baseline?.cover(failed), warnings]).toEqual([
      { reason: 'waiting for a release', owner: 'ada', expires: '2026-11-23' },
      [],
    ]);
    at += 86_400_000;
    expect(targets[0]?.baseline?.cover(failed)).toBeUndefined();
  });

  it('with entries that have expired, or are about nothing that is asked, is warned of', async () => {
    writeFileSync(join(folder, 'old.yaml'), entry(one, '2026-11-22') + entry('reasoning/effort-lost', '2027-01-01'));
    expect(await warningsOf(target(asking, 'baseline: old.yaml'))).toEqual([
      `:5 targets.0.baseline: ${one} expired on 2026-11-22 and covers nothing any more (ada should mend it or renew the entry)`,
      ':5 targets.0.baseline: reasoning/effort-lost is about nothing that a is asked (remove the entry)',
    ]);
    const { targets } = await load(target(asking, 'baseline: old.yaml'));
    expect(targets[0]?.baseline?.cover(failed)).toBeUndefined();
  });

  it('that is wrong has its problems among the others', async () => {
    mkdirSync(join(folder, 'sub'), { recursive: true });
    writeFileSync(join(folder, 'sub', 'wrong.yaml'), entry('no/such', '2027-01-01'));
    const problems = await problemsOf(target(asking, 'baseline: sub/wrong.yaml', 'key-env: KEY'));
    expect(problems.map(({ where, expected }) => [where.replace(folder, 'FOLDER'), expected])).toEqual([
      [':6 targets.0.key-env', 'environment variable KEY'],
      ['FOLDER/sub/wrong.yaml:1 0.id', 'the id of a scenario'],
    ]);
  });
});
