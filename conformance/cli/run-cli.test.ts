import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { FixtureError } from '#fixtures/errors';
import { replay } from '#fixtures/upstreams/script';
import { DefinitionError } from '#scenarios/catalogue';
import { converse, crossing, defineScenario, holds, must, should } from '#scenarios/kit/index';

import type { Report } from '../engine/records.ts';
import type { RunOptions } from '../engine/run.ts';
import { ToolError } from '../errors.ts';
import { findCommands } from './find-commands.ts';
import type { CliIo } from './io.ts';
import type { CliParts } from './parts.ts';
import { type Said, saidBy, type Surroundings } from './testing/said-by.ts';
import { sleeper, smallParts } from './testing/small-parts.ts';

const scenario = defineScenario({
  id: 'availability/sleepy-model',
  title: 'A model sleeps through the first request',
  matrixRow: 9,
  requires: ['tools'],
  diagnosis: {
    symptom: 'The first request of the day fails.',
    cause: 'Nobody woke the model up.',
    check: 'Ask twice and compare the two answers.',
    remediation: 'Ask twice, and use the second answer.',
  },
  cells: crossing({ clients: ['openai-chat', 'anthropic-messages'], upstreams: ['iflow'], streams: [false, true] }),
  upstream: () => replay('iflow/text'),
  steps: ({ cell, model }) => ({ ask: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 8 }) }),
  expectations: [
    must('it-answers', ['ask'], () => holds()),
    must.behind('it-is-asked-once', ['ask'], () => holds(), { appliesTo: (cell) => cell.stream }),
    should('it-answers-in-words', ['ask'], () => holds()),
  ],
  remedy: { proxy: ['ask-twice'] },
  symptom: { violates: () => ['it-answers'] },
  live: { safe: true, idempotent: true, maxOutputTokens: 8, timeoutMs: 30_000 },
});

const result: Report['results'][number] = {
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
};

const reportEnding = (exitCode: number, complete = true): Report => ({
  schema: 'wireproof.report/v1',
  tool: { name: 'wireproof', version: '0.1.0' },
  run: { id: 'run-1', startedAt: '2026-11-22T13:00:00.000Z', durationMs: 10, seed: 7, complete },
  target: { name: 'sleeper', profile: 'sleeper' },
  summary: { pass: 1, fail: 0, inconclusive: 0, unsupported: 0, unreachable: 0, error: 0, checks: 1, exitCode },
  results: [result],
});

interface Answer extends Said {
  /** What the engine was asked for. */
  readonly runs: readonly RunOptions[];
}

interface World {
  readonly report?: Report;
  readonly failure?: unknown;
  readonly io?: Omit<Surroundings, 'cwd' | 'parts'>;
  readonly parts?: Partial<CliParts>;
}

/** One command line against a small engine that reports what it is told to. */
const cli = async (argv: readonly string[], { report = reportEnding(0), failure, io = {}, parts = {} }: World = {}): Promise<Answer> => {
  const runs: RunOptions[] = [];
  const runSuite = async (options: RunOptions): Promise<Report> => {
    runs.push(options);
    if (failure !== undefined) throw failure;
    options.onStart?.({ tool: report.tool, target: report.target, seed: 7, planned: 1, arms: ['symptom', 'remedy'] });
    options.onResult?.(result);
    return Promise.resolve(report);
  };
  const said = await saidBy(argv, { ...io, cwd: folder, parts: { ...smallParts(scenario, runSuite), ...parts } });
  return { ...said, runs };
};

const said = ({ code, out, err }: Said) => ({ code, out, err });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireproof-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('bad command lines', () => {
  it.each([
    [['run', '--rwo', '3'], "error: unknown option '--rwo'\nhint: did you mean --row?\n"],
    [['explian', '9'], "error: unknown command 'explian'\nhint: did you mean explain?\n"],
    [
      ['run', '--row', 'three'],
      "error: option '--row <n>' argument 'three' is invalid. Expected a row from 1 to 20, or one of startup, management, rate-limits, streaming, timeouts, complaints.\nhint: add --help to the command to see what it takes\n",
    ],
    [
      ['run', '--row', '21'],
      "error: option '--row <n>' argument '21' is invalid. Expected a row from 1 to 20, or one of startup, management, rate-limits, streaming, timeouts, complaints.\nhint: add --help to the command to see what it takes\n",
    ],
    [
      ['run', '--concurrency', '0'],
      "error: option '--concurrency <n>' argument '0' is invalid. Expected a whole number from 1 to 256.\nhint: add --help to the command to see what it takes\n",
    ],
    [
      ['run', '--budget-tokens', '1e3'],
      "error: option '--budget-tokens <n>' argument '1e3' is invalid. Expected a whole number from 1 to 1000000000.\nhint: add --help to the command to see what it takes\n",
    ],
    [
      ['run', 'everything'],
      "error: too many arguments for 'run'. Expected 0 arguments but got 1.\nhint: add --help to the command to see what it takes\n",
    ],
    [
      ['run', '--row', '3'],
      'error: nothing matches what was asked for\n  --row 3\n    expected  a row that has a scenario: 9\n    actual    3\n    hint      wireproof list shows what there is\n',
    ],
    [
      ['run', '--scenario', 'availability/sleepy-modle'],
      'error: nothing matches what was asked for\n  --scenario availability/sleepy-modle\n    expected  the id of a scenario, or a glob that matches one\n    actual    no match\n    hint      did you mean "availability/sleepy-model"?\n',
    ],
    [
      ['run', '--arm', 'symptom,remdy'],
      'error: there is no such arm\n  --arm\n    expected  one of symptom, remedy, conformance, canary\n    actual    "remdy"\n    hint      did you mean "remedy"?\n',
    ],
    [
      ['run', '--reporter', 'jason', '--reporter', 'junit='],
      'error: the reporters cannot be used like this\n  --reporter\n    expected  the name of a reporter\n    actual    "jason"\n    hint      did you mean "json"?\n  --reporter\n    expected  a file name after junit=\n    actual    nothing\n',
    ],
    [
      ['run', '--reporter', 'json', '--reporter', 'github'],
      'error: the reporters cannot be used like this\n  --reporter\n    expected  standard output for json alone\n    actual    json and github\n    hint      write it to a file: --reporter json=report.json\n',
    ],
    [
      ['run', '--profile', 'openai-compatible'],
      'error: --profile goes with a URL, reference says itself what it claims\nhint: change the claims in the target file\n',
    ],
    [['explain', '12'], 'error: row 12 has no scenario yet\nhint: rows with a scenario: 9\n'],
    [['explain', 'management'], 'error: section management has no scenario yet\nhint: rows with a scenario: 9\n'],
    [['explain', '21'], 'error: the page has no row 21\nhint: rows are 1 to 20; those with a scenario: 9\n'],
    [['explain', 'sleepy-modle'], 'error: there is no scenario "sleepy-modle"\nhint: did you mean "sleepy-model"?\n'],
    [['upstream', '--answer', 'txet'], 'error: no exchange is called "txet"\nhint: did you mean "text"?\n'],
  ])('%j ends in 2 and says what to do', async (argv, err) => {
    const answer = await cli(argv);

    expect(said(answer)).toEqual({ code: 2, out: '', err });
    expect(answer.runs).toEqual([]);
  });

  it.each(['--row', '--arm', '--scenario', '--reporter', '--target', '--profile', '--baseline'])(
    'an empty %s is not taken for all',
    async (flag) => {
      const { code, err, runs } = await cli(['run', flag, '']);

      expect({ code, runs }).toEqual({ code: 2, runs: [] });
      expect(err).toMatch(
        new RegExp(`^error: option '${flag} <.+>' argument '' is invalid\\. Expected a value that is not empty\\.\\nhint: `),
      );
    },
  );

  it('that are wrong in several ways are told all at once, and nothing is started or written', async () => {
    const baseline = () => Promise.reject(new ToolError('baseline-invalid', 'the baseline is wrong'));
    const wrongTarget = () => Promise.reject(new ToolError('missing-key', 'the key is missing'));
    const line = [
      'run',
      '--arm',
      'symtom',
      '--scenario',
      'sleepy-modle',
      '--baseline',
      'b.yaml',
      '--target',
      't.yaml',
      '--reporter',
      'jsn=out',
    ];
    const answer = await cli(line, {
      parts: { baseline, target: wrongTarget, checkFixtures: () => Promise.reject(new Error('a fixture is wrong')) },
    });

    expect({ ...answer, err: answer.err.split('\n').filter((text) => text.startsWith('error: ')) }).toEqual({
      code: 2,
      out: '',
      err: [
        'error: there is no such arm',
        'error: nothing matches what was asked for',
        'error: the baseline is wrong',
        'error: the key is missing',
        'error: the reporters cannot be used like this',
        'error: unexpected: a fixture is wrong',
      ],
      runs: [],
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([['run'], ['upstream']])('%s refuses damaged fixtures before it starts', async (name) => {
    const problems = [{ file: 'x.exchange.json', path: 'sha256', expected: 'aa', actual: 'bb', hint: 'npm run fixtures:seal' }];
    const damaged = new FixtureError(problems);
    const answer = await cli([name], { parts: { checkFixtures: () => Promise.reject(damaged) } });

    expect(answer).toEqual({
      code: 2,
      out: '',
      err: 'error: fixtures cannot be used\n  x.exchange.json at sha256\n    expected  aa\n    actual    bb\n    hint      npm run fixtures:seal\n',
      runs: [],
    });
  });

  it('prints the help on standard error when no command is given', async () => {
    const { code, out, err } = await cli([]);

    expect({ code, out, firstLine: err.split('\n')[0] }).toEqual({ code: 2, out: '', firstLine: 'Usage: wireproof [options] [command]' });
  });
});

describe('help', () => {
  it('finds every command by its file name', async () => {
    const files = await readdir(new URL('commands/', import.meta.url));
    const names = (await findCommands()).map(({ name }) => `${name}.ts`);

    expect(names.sort()).toEqual(files.sort());
  });

  it('is there for every command, with examples', async () => {
    const commands = await findCommands();
    const helps = await Promise.all(commands.map(({ name }) => cli([name, '--help'])));

    expect(helps.map(({ code, err, out }) => ({ code, err, examples: /\nExamples\n {2}# .+\n {2}wireproof /.test(out) }))).toEqual(
      commands.map(() => ({ code: 0, err: '', examples: true })),
    );
  });

  it('is no error for the program itself either, nor is the version', async () => {
    const help = await cli(['--help']);
    const version = await cli(['--version']);

    expect({ code: help.code, err: help.err }).toEqual({ code: 0, err: '' });
    expect(version.code).toBe(0);
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('run', () => {
  it.each([0, 1, 2, 3])('ends in %d when the report says so', async (exitCode) => {
    expect((await cli(['run'], { report: reportEnding(exitCode) })).code).toBe(exitCode);
  });

  it('hands the flags to the engine', async () => {
    const line =
      'run --arm symptom,remedy --arm symptom --row 9 --scenario availability/* --concurrency 3 --seed 42 --budget-requests 5 --budget-seconds 60 --baseline known.yaml';
    const { runs } = await cli(line.split(' '));
    const [{ scenarios, baseline, arms, concurrency, seed, budget } = {} as RunOptions] = runs;

    expect({ scenarios, arms, concurrency, seed, budget, baseline: baseline !== undefined }).toEqual({
      scenarios: [scenario],
      arms: ['symptom', 'remedy'],
      concurrency: 3,
      seed: 42,
      budget: { requests: 5, seconds: 60 },
      baseline: true,
    });
  });

  it('asks for the target by name, with what it may need to find it', async () => {
    const asked: unknown[] = [];
    const remember: CliParts['target'] = (name, options) => {
      asked.push({ name, ...options });
      return Promise.resolve(sleeper);
    };
    await cli(['run'], { parts: { target: remember } });
    await cli(['run', '--target', 'https://proxy.example', '--profile', 'strict'], {
      parts: { target: remember },
      io: { env: { KEY: 'k' } },
    });

    const signal = expect.any(AbortSignal) as AbortSignal;
    expect(asked).toEqual([
      { name: 'reference', env: {}, cwd: folder, signal },
      { name: 'https://proxy.example', env: { KEY: 'k' }, cwd: folder, profile: 'strict', signal },
    ]);
  });

  it('leaves what was not said to the engine', async () => {
    const { runs } = await cli(['run']);

    expect(Object.keys(runs[0] ?? {}).sort()).toEqual(['budget', 'onResult', 'onStart', 'scenarios', 'signal', 'target']);
  });

  it('writes nothing but the document where a document goes to standard output', async () => {
    const answer = await cli(['run', '--reporter', 'json'], { report: reportEnding(3) });

    expect({ code: answer.code, err: answer.err, document: JSON.parse(answer.out) as unknown }).toEqual({
      code: 3,
      err: '',
      document: reportEnding(3),
    });
  });

  it('then shows progress on standard error, if that is a terminal', async () => {
    const { err } = await cli(['run', '--reporter', 'json'], { io: { errIsTerminal: true, env: { NO_COLOR: '1' } } });

    expect(err).toBe('0/1\r\x1b[2K1/1 1 pass availability/sleepy-model remedy openai-chat > iflow\r\x1b[2K');
  });

  it('draws a live line on a terminal, and plain lines on a dumb one', async () => {
    const onTerminal = (env: CliIo['env']) => cli(['run'], { io: { outIsTerminal: true, env } });

    expect((await onTerminal({ NO_COLOR: '1' })).out).toContain('\r\x1b[2K');
    expect((await onTerminal({ TERM: 'dumb' })).out).not.toContain('\x1b');
  });

  it('writes report files beside the console and leaves nothing else', async () => {
    const answer = await cli(['run', '--reporter', `json=${join(folder, 'out.json')}`, '--reporter', `junit=${join(folder, 'out.xml')}`]);

    expect(answer.code).toBe(0);
    expect(answer.out.trimEnd().split('\n').at(-1)).toBe('1 check in 1 cell: 1 pass, 0 fail; 0.01 s; exit 0: as expected');
    expect(await readdir(folder)).toEqual(['out.json', 'out.xml']);
    expect(JSON.parse(await readFile(join(folder, 'out.json'), 'utf8'))).toEqual(reportEnding(0));
  });

  it('finds out before the run that a report cannot be written, and names all that cannot', async () => {
    const missing = join(folder, 'no', 'such', 'out.json');
    await mkdir(join(folder, 'taken'));
    const answer = await cli(['run', '--reporter', `json=${missing}`, '--reporter', `junit=${join(folder, 'taken')}`]);

    expect(answer).toEqual({
      code: 2,
      out: '',
      err: `error: a report cannot be written
  ${missing}
    expected  a folder in which a file can be written
    actual    no such folder
    hint      create the folder first: mkdir -p ${join(folder, 'no', 'such')}
  ${join(folder, 'taken')}
    expected  a file
    actual    a directory
    hint      add a file name to it
`,
      runs: [],
    });
    expect(await readdir(folder)).toEqual(['taken']);
  });

  it('keeps the old report when the run ends in an error', async () => {
    const file = join(folder, 'out.json');
    await writeFile(file, 'old');
    const failure = new ToolError('target-start-failed', 'sleeper did not start', { hint: 'read its log' });
    const { code, err } = await cli(['run', '--reporter', `json=${file}`], { failure });

    expect({ code, err }).toEqual({ code: 3, err: 'error: sleeper did not start\nhint: read its log\n' });
    expect([await readdir(folder), await readFile(file, 'utf8')]).toEqual([['out.json'], 'old']);
  });

  it('writes the partial report after Ctrl-C and ends in 130', async () => {
    const stop = new AbortController();
    stop.abort('SIGINT');
    const report = reportEnding(3, false);
    const { code, err } = await cli(['run', '--reporter', `json=${join(folder, 'out.json')}`], { report, io: { signal: stop.signal } });

    expect({ code, err }).toEqual({ code: 130, err: 'stopped by SIGINT: exit 130\n' });
    expect(JSON.parse(await readFile(join(folder, 'out.json'), 'utf8'))).toEqual(report);
  });

  it('says how the target was named, so that lines which repeat a request can name it', async () => {
    const parts = { target: () => Promise.resolve(sleeper) };
    const url = ['--target', 'https://proxy.example', '--profile', 'strict'];
    const flags = [await cli(['run'], { parts }), await cli(['run', ...url], { parts })].map(({ runs }) => runs[0]?.targetFlags);
    expect(flags).toEqual([undefined, url]);
  });

  it('hands Ctrl-C on to who installs and starts the target', async () => {
    const { signal } = new AbortController();
    const handed: unknown[] = [];
    const target: CliParts['target'] = (_name, options) => {
      handed.push(options.signal);
      return Promise.resolve(sleeper);
    };
    await cli(['run'], { parts: { target }, io: { signal } });
    expect(handed).toEqual([signal]);
  });

  it('does not blame anybody for an error that Ctrl-C caused', async () => {
    const stop = new AbortController();
    stop.abort('SIGTERM');

    expect(said(await cli(['run'], { failure: new Error('aborted'), io: { signal: stop.signal } }))).toEqual({
      code: 143,
      out: '',
      err: 'stopped\n',
    });
  });
});

describe('errors', () => {
  it('are told without a stack', async () => {
    const answer = await cli(['run'], { failure: new TypeError('x is not a function\x1b[31m') });

    expect(said(answer)).toEqual({
      code: 2,
      out: '',
      err: 'error: unexpected: x is not a function\\x1b[31m\nThis is a fault of wireproof, not of the target. Run it again with --debug to see the stack.\n',
    });
  });

  it('are told with it, and with its cause, with --debug', async () => {
    const failure = new TypeError('x is not a function', { cause: new Error('y is undefined') });
    const { err } = await cli(['run', '--debug'], { failure });

    expect(err.split('\n').filter((line) => !line.startsWith('    at '))).toEqual([
      'error: unexpected: x is not a function',
      'TypeError: x is not a function',
      'caused by: Error: y is undefined',
      '',
    ]);
    expect(err).toMatch(/^ {4}at /m);
  });

  it('of definitions, which carry their problems, are told as input errors', async () => {
    const failure = new DefinitionError([
      { file: 'scenarios/limits/sized.scenario.ts', path: '', expected: 'a scenario', actual: 'no default export' },
    ]);

    expect(said(await cli(['list'], { parts: { loadScenarios: () => Promise.reject(failure) } }))).toEqual({
      code: 2,
      out: '',
      err: 'error: scenario files cannot be used\n  scenarios/limits/sized.scenario.ts\n    expected  a scenario\n    actual    no default export\n',
    });
  });

  it('are red on a terminal, but not with NO_COLOR or --no-color', async () => {
    const firstWord = async (argv: readonly string[], env: CliIo['env']): Promise<string> =>
      (await cli(argv, { io: { errIsTerminal: true, env } })).err.split(':')[0] ?? '';

    expect([
      await firstWord(['explain', '12'], {}),
      await firstWord(['explain', '12'], { NO_COLOR: '1' }),
      await firstWord(['explain', '12', '--no-color'], {}),
    ]).toEqual(['\x1b[31merror\x1b[39m', 'error', 'error']);
  });
});

describe('list', () => {
  it('gives scripts an array', async () => {
    expect(JSON.parse((await cli(['list', '--format', 'json'])).out)).toEqual([
      {
        id: 'availability/sleepy-model',
        row: 9,
        title: 'A model sleeps through the first request',
        arms: ['symptom', 'remedy', 'conformance', 'canary'],
        dialects: ['openai-chat', 'anthropic-messages'],
        requires: ['tools'],
        cost: { level: 'trickle', requests: 1, maxOutputTokens: 8 },
      },
    ]);
  });

  it('gives people a table', async () => {
    expect((await cli(['list'])).out).toBe(`row  scenario                   cells  cost     arms                               title
  9  availability/sleepy-model      4  trickle  symptom remedy conformance canary  A model sleeps through the first request
`);
  });
});

describe('explain', () => {
  it.each(['9', 'availability/sleepy-model', 'sleepy-model'])('%s prints the row and what is tested', async (wanted) => {
    expect(said(await cli(['explain', wanted]))).toEqual({
      code: 0,
      err: '',
      out: `Row 9: iFlow glm-4.7 answers 406
A model sleeps through the first request
Scenario availability/sleepy-model

Symptom
  The first request of the day fails.

Likely cause
  Nobody woke the model up.

Immediate check
  Ask twice and compare the two answers.

Remediation
  Ask twice, and use the second answer.

Arms
  symptom      every cell
  remedy       every cell, by ask-twice
  conformance  targets that claim tools
  canary       one cell: at most 1 request, 8 output tokens and 30 s a step, repeatable

What is tested
  4 cells (caller > upstream):
    openai-chat, anthropic-messages > iflow (plain and stream)
  Expectations (level, whose side shows it, id, where it is judged):
    must    caller    it-answers           4 cells
    must    upstream  it-is-asked-once     2 cells
    should  caller    it-answers-in-words  4 cells
`,
    });
  });
});

describe('proxy', () => {
  it('says which file it looked for', async () => {
    expect(said(await cli(['proxy']))).toEqual({
      code: 2,
      out: '',
      err: 'error: there is no config.yaml in this folder\nhint: name one: wireproof proxy --config FILE\n',
    });
  });

  it('reports what is wrong with the file', async () => {
    await writeFile(join(folder, 'config.yaml'), 'port: many\n');
    const { code, out, err } = await cli(['proxy']);

    expect({ code, out, firstLine: err.split('\n')[0] }).toEqual({
      code: 2,
      out: '',
      firstLine: 'error: the configuration cannot be used',
    });
  });

  it('prints its address, logs to standard error, and ends when it is told to', async () => {
    await writeFile(join(folder, 'config.yaml'), 'host: 127.0.0.1\n');
    const stop = new AbortController();
    let out = '';
    const listening = (text: string): void => {
      out += text;
      stop.abort('SIGINT');
    };
    const { code, err } = await cli(['proxy', '--port', '0'], { io: { onOut: listening, signal: stop.signal } });

    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^reference proxy on http:\/\/127\.0\.0\.1:\d+\n$/) as string });
    expect(
      err
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { level: string }).level),
    ).toContain('info');
  });

  it('checks a configuration, for people and for programs, and starts nothing', async () => {
    await writeFile(join(folder, 'config.yaml'), 'api-keys: [{ key: client-secret-of-a, name: ci }]\n');
    const text = await cli(['proxy', '--check']);
    expect({ code: text.code, lines: text.out.split('\n').slice(1, 5) }).toEqual({
      code: 0,
      lines: ['listens on: http, 127.0.0.1 port 8317', 'persona: documented', 'client keys:', '  ci'],
    });
    const json = await cli(['proxy', '--check', '--format', 'json', '--persona', 'nobody']);
    const { ok, problems } = JSON.parse(json.out) as { ok: boolean; problems: readonly { actual: string }[] };
    expect({ code: json.code, ok, actual: problems.map(({ actual }) => actual) }).toEqual({ code: 2, ok: false, actual: ['"nobody"'] });
  });

  it('prints the JSON Schema of its configuration', async () => {
    const { code, out } = await cli(['proxy', '--schema']);
    const { title } = JSON.parse(out) as { title: unknown };
    expect({ code, title }).toEqual({ code: 0, title: 'config.yaml of the Wireproof reference proxy' });
  });
});

describe('schema', () => {
  it('prints the JSON Schema of the report', async () => {
    const { code, out } = await cli(['schema', 'report']);
    const { required, title } = JSON.parse(out) as { required: unknown; title: unknown };

    expect({ code, required, title }).toEqual({
      code: 0,
      required: ['schema', 'tool', 'run', 'target', 'summary', 'results'],
      title: 'Wireproof report',
    });
  });
});
