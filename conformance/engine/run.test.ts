import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { request } from 'undici';
import { describe, expect, it } from 'vitest';

import { answer, cannotTell, defineScenario, deviates, holds, must, should, TOKEN, type Cell, type Probe } from '#scenarios/kit/index';
import type { Scenario, ScenarioDefinition } from '#scenarios/kit/scenario';

import { parseBaseline } from '../baseline/baseline.ts';
import { ToolError } from '../errors.ts';
import type { Setting, Target } from '../targets/target.ts';
import { claimPort } from '../targets/free-port.ts';
import { urlTarget } from '../targets/url-target.ts';
import { tokenFor } from '../transport/token.ts';
import { reportSchema, type ResultRecord } from './records.ts';
import { runSuite, type RunOptions } from './run.ts';

const cells: readonly Cell[] = [{ client: 'openai-chat', upstream: 'openai-chat', stream: false }];

const probe = (changes: Partial<Probe> = {}): Probe => ({
  dialect: 'openai-chat',
  method: 'POST',
  path: '/v1/chat/completions',
  headers: {},
  body: { json: { model: 'm', messages: [{ role: 'user', content: TOKEN }] } },
  stream: false,
  encoding: 'identity',
  framing: 'content-length',
  timeoutMs: 5_000,
  after: [],
  maxOutputTokens: 10,
  ...changes,
});

const is200 = ({ ask }: Readonly<Record<'ask', { status: number }>>) =>
  ask.status === 200 ? holds() : deviates({ expected: 200, actual: ask.status });

const truths = [
  must('the-caller-gets-200', ['ask'], is200),
  must.behind('the-upstream-is-asked-once', ['ask'], ({ ask }) =>
    ask.upstreamCalls.length === 1 ? holds() : deviates({ expected: 1, actual: ask.upstreamCalls.length }),
  ),
];

/** Two truths: the caller gets 200, and the upstream was asked once. */
const scenario = (changes: Partial<ScenarioDefinition<'ask'>> = {}): Scenario =>
  defineScenario<'ask'>({
    id: 'miniature/asks-once',
    title: 'The proxy passes a question on',
    matrixRow: 3,
    requires: [],
    diagnosis: { symptom: 'A symptom here.', cause: 'A cause, here.', check: 'A check, here.', remediation: 'A remediation.' },
    cells,
    upstream: () => answer('text'),
    steps: () => ({ ask: probe() }),
    expectations: truths,
    remedy: { proxy: ['passes-on'] },
    symptom: { violates: () => ['the-caller-gets-200', 'the-upstream-is-asked-once'] },
    live: { safe: true, idempotent: true, maxOutputTokens: 10, timeoutMs: 1_000 },
    ...changes,
  });

type Handle = (about: {
  req: IncomingMessage;
  res: ServerResponse;
  body: string;
  upstream: string;
  setting: Setting;
  seen: number;
}) => void;

const passOn: Handle = ({ res, body, upstream }) => {
  void request(`${upstream}/chat/completions`, { method: 'POST', body, headers: { 'content-type': 'application/json' } }).then(
    async (answered) => {
      res.writeHead(answered.statusCode, { 'content-type': 'application/json' });
      return res.end(await answered.body.text());
    },
    () => res.destroy(),
  );
};

/** A miniature proxy: its whole behaviour is `handle`. It counts its starts and stops. */
const miniature = (handle: Handle, changes: Partial<Target> = {}) => {
  const count = { starts: 0, stops: 0 };
  const settings: Setting[] = [];
  const target: Target = {
    name: 'miniature',
    profile: {
      name: 'miniature',
      claims: new Set(['client:openai-chat', 'upstream:openai-chat', 'stream']),
      models: { 'openai-chat': 'm' },
    },
    configurable: true,
    start: async (setting, mocked) => {
      count.starts += 1;
      settings.push(setting);
      let seen = 0;
      const server = createServer((req, res) => {
        const chunks: Buffer[] = [];
        req.on('data', (chunk: Buffer) => chunks.push(chunk));
        req.on('end', () => {
          seen += 1;
          const upstream = mocked?.baseUrl('openai-chat') ?? '';
          handle({ req, res, body: Buffer.concat(chunks).toString(), upstream, setting, seen });
        });
      });
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        headers: () => ({ authorization: 'Bearer a-key-of-the-caller' }),
        path: (_, path) => path,
        logs: () => Promise.resolve([]),
        stop: () =>
          new Promise((resolve) => {
            count.stops += 1;
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      };
    },
    ...changes,
  };
  return { target, count, settings };
};

const passesOnUnlessOff: Handle = (about) =>
  about.setting.remediesOff.includes('passes-on') ? void about.res.writeHead(500).end('{}') : passOn(about);

const run = async (options: Partial<RunOptions> & Pick<RunOptions, 'target'>) => {
  const report = await runSuite({ scenarios: [scenario()], seed: 7, ...options });
  reportSchema.parse(JSON.parse(JSON.stringify(report)));
  return report;
};

const brief = ({ arm, verdict, reason, expectations }: ResultRecord) => ({
  arm,
  verdict,
  ...(reason !== undefined && { reason }),
  checks: expectations.map((each) => `${each.id} ${each.verdict}${each.foretold === true ? ' foretold' : ''}`),
});

describe('the arms on a target whose remedy works', () => {
  it('pass both: exactly the foretold deviations without it, none with it', async () => {
    const { target, count } = miniature(passesOnUnlessOff);
    const report = await run({ target });
    expect(report.results.map(brief)).toEqual([
      {
        arm: 'symptom',
        verdict: 'pass',
        checks: ['the-caller-gets-200 fail foretold', 'the-upstream-is-asked-once fail foretold'],
      },
      { arm: 'remedy', verdict: 'pass', checks: ['the-caller-gets-200 pass', 'the-upstream-is-asked-once pass'] },
    ]);
    expect(report.summary).toEqual({
      pass: 2,
      fail: 0,
      inconclusive: 0,
      unsupported: 0,
      unreachable: 0,
      error: 0,
      checks: 4,
      exitCode: 0,
    });
    expect(report.results.flatMap((result) => [result.trace, result.diagnosis])).toEqual([undefined, undefined, undefined, undefined]);
    expect(count).toEqual({ starts: 2, stops: 2 });
  });

  it('leave out the symptom arm where a cell does not show the symptom', async () => {
    const both = [...cells, { ...(cells[0] as Cell), stream: true }];
    const quiet = scenario({
      cells: both,
      symptom: { violates: ({ stream }) => (stream ? [] : ['the-caller-gets-200', 'the-upstream-is-asked-once']) },
    });
    const { results } = await run({ target: miniature(passesOnUnlessOff).target, scenarios: [quiet] });
    expect(results.map(({ arm, stream }) => `${arm} ${stream}`)).toEqual(['symptom false', 'remedy false', 'remedy true']);
  });

  it('repeat byte for byte with the same seed, and differ with another', async () => {
    const sent = async (seed: number): Promise<readonly string[]> => {
      const bodies: string[] = [];
      const { target } = miniature((about) => {
        bodies.push(about.body);
        passesOnUnlessOff(about);
      });
      await run({ target, seed, concurrency: 1 });
      return bodies;
    };
    const first = await sent(1);
    expect(await sent(1)).toEqual(first);
    expect(await sent(2)).not.toEqual(first);
    expect(new Set(first).size).toBe(2);
  });
});

describe('a symptom arm that deviates otherwise than foretold', () => {
  it('fails with the missing and the surplus deviation named, a trace and the diagnosis', async () => {
    const wrong = scenario({
      expectations: [
        must('the-caller-gets-200', ['ask'], is200),
        must('there-is-a-body', ['ask'], ({ ask }) => (ask.bodyText === '' ? deviates({ expected: 'a body', actual: '' }) : holds())),
      ],
      symptom: { violates: () => ['there-is-a-body'] },
    });
    const { results, summary } = await run({ target: miniature(passesOnUnlessOff).target, scenarios: [wrong], arms: ['symptom'] });
    expect(results.map(brief)).toEqual([
      {
        arm: 'symptom',
        verdict: 'fail',
        reason: 'foretold, but held: there-is-a-body; deviated, but not foretold: the-caller-gets-200',
        checks: ['the-caller-gets-200 fail', 'there-is-a-body pass'],
      },
    ]);
    expect(results[0]?.diagnosis?.row).toBe(3);
    expect(results[0]?.trace?.map(({ side, direction }) => `${side} ${direction}`)).toEqual([
      'caller sent',
      'caller received',
      'caller received',
    ]);
    expect(summary.exitCode).toBe(1);
  });
});

describe('targets that lie or are not there', () => {
  it('answering 404 to everything passes nothing', async () => {
    const { target } = miniature(({ res }) => void res.writeHead(404).end('{}'));
    const { summary } = await run({ target, arms: ['remedy', 'conformance'] });
    expect({ pass: summary.pass, fail: summary.fail, exitCode: summary.exitCode }).toEqual({ pass: 0, fail: 2, exitCode: 1 });
  });

  it('that is a dead port is unreachable, not failing, and ends in 3', async () => {
    const url = `http://127.0.0.1:${await claimPort(0)}`;
    const target = urlTarget({ url, profile: miniature(passOn).target.profile });
    const { results, summary } = await run({ target });
    expect(results.map(brief)).toEqual([
      {
        arm: 'conformance',
        verdict: 'unreachable',
        reason: 'the-caller-gets-200: no connection to the target: ECONNREFUSED (and 1 more)',
        checks: ['the-caller-gets-200 unreachable', 'the-upstream-is-asked-once unreachable'],
      },
    ]);
    expect(summary.exitCode).toBe(3);
  });

  it('is asked no more after eight arms without a connection', async () => {
    const url = `http://127.0.0.1:${await claimPort(0)}`;
    const target = urlTarget({ url, profile: miniature(passOn).target.profile });
    const many = scenario({ cells: Array.from({ length: 10 }, () => cells[0] as Cell) });
    const { results } = await run({ target, scenarios: [many], concurrency: 1 });
    expect(results.map((result) => [result.verdict, result.cost.requests])).toEqual([
      ...Array.from({ length: 8 }, () => ['unreachable', 1]),
      ...Array.from({ length: 2 }, () => ['unreachable', 0]),
    ]);
  });

  it('that never answers is bounded by the step, and its silence is judged', async () => {
    const slow = scenario({ steps: () => ({ ask: probe({ timeoutMs: 100 }) }) });
    const { results } = await run({ target: miniature(() => undefined).target, scenarios: [slow], arms: ['remedy'] });
    expect(results.map(brief)).toEqual([
      { arm: 'remedy', verdict: 'fail', checks: ['the-caller-gets-200 fail', 'the-upstream-is-asked-once fail'] },
    ]);
  });

  it('that never answers is bounded by the arm, and steps behind it are inconclusive', async () => {
    const twoSteps = defineScenario({
      ...(scenario() as Scenario<'ask' | 'again'>),
      steps: () => ({ ask: probe({ timeoutMs: 60_000 }), again: probe({ timeoutMs: 60_000, after: ['ask'] }) }),
      expectations: [
        must('the-second-gets-200', ['again'], ({ again }) => (again.status === 200 ? holds() : deviates({ expected: 200, actual: 0 }))),
      ],
      symptom: { violates: () => ['the-second-gets-200'] },
    }) as Scenario;
    const { results, summary } = await run({
      target: miniature(() => undefined).target,
      scenarios: [twoSteps],
      arms: ['remedy'],
      armTimeoutMs: 100,
    });
    expect(results.map((result) => [result.verdict, result.reason])).toEqual([
      ['inconclusive', 'the-second-gets-200: no-answer: the arm ran into its time bound before this step was over'],
    ]);
    expect(summary.exitCode).toBe(3);
  });

  it('that was given up by the arm before the step was over is not judged by that', async () => {
    const patient = scenario({ steps: () => ({ ask: probe({ timeoutMs: 60_000 }) }) });
    const { results } = await run({ target: miniature(() => undefined).target, scenarios: [patient], arms: ['remedy'], armTimeoutMs: 100 });
    expect(results.map((result) => [result.verdict, result.reason])).toEqual([
      ['inconclusive', 'the-caller-gets-200: no-answer: the arm ran into its time bound before this step was over (and 1 more)'],
    ]);
  });

  it('cannot pass a truth that holds because nothing was seen', async () => {
    const negative = scenario({
      steps: () => ({ ask: probe({ timeoutMs: 100 }) }),
      expectations: [
        must.behind('nothing-is-passed-on', ['ask'], ({ ask }) =>
          ask.upstreamCalls.length === 0 ? holds() : deviates({ expected: 0, actual: ask.upstreamCalls.length }),
        ),
      ],
      symptom: { violates: () => ['nothing-is-passed-on'] },
    });
    const { results } = await run({ target: miniature(() => undefined).target, scenarios: [negative], arms: ['remedy'] });
    expect(results.map((result) => [result.verdict, result.reason])).toEqual([
      ['inconclusive', 'nothing-is-passed-on: no-answer: the exchange ended as timeout'],
    ]);
  });
});

describe('what a target does not claim', () => {
  it('is unsupported with the missing claims named, and a run that judged nothing is not green', async () => {
    const needy = scenario({ requires: ['tools', 'compact'] });
    const { results, summary } = await run({ target: miniature(passOn).target, scenarios: [needy], arms: ['remedy'] });
    expect(results.map(brief)).toEqual([
      { arm: 'remedy', verdict: 'unsupported', reason: 'profile miniature does not claim tools, compact', checks: [] },
    ]);
    expect(summary.exitCode).toBe(3);
  });

  it('is unsupported when the profile names no model for a role, or the target has no route', async () => {
    const spark = scenario({ steps: ({ model }) => ({ ask: probe({ path: `/${model('spark')}` }) }) });
    const { results } = await run({ target: miniature(passOn).target, scenarios: [spark], arms: ['remedy'] });
    expect(results[0]?.reason).toBe('profile miniature names no model for openai-chat:spark');
    const routeless = miniature(passOn, { refuses: () => 'no route' }).target;
    expect((await run({ target: routeless, arms: ['remedy'] })).results[0]?.reason).toBe('no route');
  });
});

describe('levels and faults of our own', () => {
  it('lets a should that deviates pass, with its trace', async () => {
    const wish = scenario({
      expectations: [
        must('the-caller-gets-200', ['ask'], is200),
        should('the-answer-is-empty', ['ask'], () => deviates({ expected: '', actual: 'text' })),
      ],
      symptom: { violates: () => ['the-caller-gets-200'] },
    });
    const { results, summary } = await run({ target: miniature(passOn).target, scenarios: [wish], arms: ['remedy'] });
    expect(results.map(brief)).toEqual([
      { arm: 'remedy', verdict: 'pass', checks: ['the-caller-gets-200 pass', 'the-answer-is-empty fail'] },
    ]);
    expect([results[0]?.trace === undefined, summary.exitCode]).toEqual([false, 0]);
  });

  it('reports a check that throws, a definition that throws and a circle of steps as errors, and ends in 2', async () => {
    const throwing = scenario({
      expectations: [
        must('the-check-works', ['ask'], () => {
          throw new Error('a slip');
        }),
      ],
      symptom: { violates: () => ['the-check-works'] },
    });
    const noUpstream = scenario({
      upstream: () => {
        throw new Error('no such answer');
      },
    });
    const circle = defineScenario({
      ...(scenario() as Scenario<'ask' | 'again'>),
      steps: () => ({ ask: probe({ after: ['again'] }), again: probe({ after: ['ask'] }) }),
    }) as Scenario;
    const { results, summary } = await run({
      target: miniature(passOn).target,
      scenarios: [throwing, noUpstream, circle],
      arms: ['remedy'],
    });
    expect(results.map((result) => [result.verdict, result.reason])).toEqual([
      ['error', 'the-check-works: the check itself failed: a slip'],
      ['error', 'no such answer'],
      ['error', 'steps wait for each other: ask > again > ask'],
    ]);
    expect(summary.exitCode).toBe(2);
  });

  it('refuses remedies that nobody has, all at once, with the nearest name', async () => {
    const { target } = miniature(passOn, { remedies: () => Promise.resolve(['passes-on']) });
    const typos = scenario({ remedy: { proxy: ['pases-on', 'other'] } });
    const error = await run({ target, scenarios: [typos] }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ToolError);
    expect((error as ToolError).problems).toEqual([
      {
        where: 'scenarios/miniature/asks-once.scenario.ts remedy.proxy',
        expected: 'the id of a remedy of the reference proxy',
        actual: '"pases-on"',
        hint: 'did you mean "passes-on"?',
      },
      {
        where: 'scenarios/miniature/asks-once.scenario.ts remedy.proxy',
        expected: 'the id of a remedy of the reference proxy',
        actual: '"other"',
        hint: 'known: passes-on',
      },
    ]);
  });

  it('refuses arms that the target cannot have', async () => {
    const url = urlTarget({ url: 'http://127.0.0.1:1', profile: miniature(passOn).target.profile });
    await expect(run({ target: url, arms: ['remedy'] })).rejects.toMatchObject({ code: 'usage', exitCode: 2 });
    await expect(run({ target: miniature(passOn).target, arms: ['canary'] })).rejects.toMatchObject({ code: 'usage' });
  });

  it('throws what keeps a target from starting, after stopping the rest', async () => {
    const { target } = miniature(passOn, { start: () => Promise.reject(new ToolError('target-start-failed', 'no such program')) });
    await expect(run({ target })).rejects.toMatchObject({ code: 'target-start-failed', exitCode: 3 });
  });
});

describe('isolation', () => {
  const sixCells = Array.from({ length: 6 }, () => cells[0] as Cell);

  it('starts one server per distinct setting, however many arms share it', async () => {
    const { target, count, settings } = miniature(passesOnUnlessOff);
    await run({
      target,
      scenarios: [scenario({ cells: sixCells }), scenario({ id: 'miniature/other', remedy: { proxy: ['passes-on'], config: { a: 1 } } })],
    });
    expect(count).toEqual({ starts: 4, stops: 4 });
    expect(settings.map((setting) => JSON.stringify(setting)).sort()).toEqual([
      '{"remediesOff":["passes-on"],"config":{"a":1}}',
      '{"remediesOff":["passes-on"],"config":{}}',
      '{"remediesOff":[],"config":{"a":1}}',
      '{"remediesOff":[],"config":{}}',
    ]);
  });

  it('gives every cell and arm of a scenario that remembers a server of its own', async () => {
    const onlyFirst: Handle = (about) => (about.seen > 1 ? void about.res.writeHead(429).end('{}') : passOn(about));
    const { target, count } = miniature(onlyFirst);
    const { summary } = await run({ target, scenarios: [scenario({ cells: sixCells, remembers: true })], arms: ['remedy'] });
    expect([summary.pass, count]).toEqual([6, { starts: 6, stops: 6 }]);
  });

  it('keeps concurrent arms apart: each sees its own upstream calls only', async () => {
    const many = scenario({ cells: Array.from({ length: 60 }, () => cells[0] as Cell) });
    const { summary, results } = await run({ target: miniature(passOn).target, scenarios: [many], arms: ['remedy'], concurrency: 16 });
    expect(results.flatMap((result) => result.expectations).filter((each) => each.verdict !== 'pass')).toEqual([]);
    expect(summary.pass).toBe(60);
  });
});

describe('time that passes on the target’s clock', () => {
  const later = scenario({ remembers: true, steps: () => ({ ask: probe({ laterMs: 60_000 }) }) });

  it('has passed before the step is sent', async () => {
    const order: string[] = [];
    const plain = miniature((about) => {
      order.push('asked');
      passesOnUnlessOff(about);
    });
    const start: Target['start'] = async (...about) => ({
      ...(await plain.target.start(...about)),
      pass: (ms) => Promise.resolve(void order.push(`${ms} ms`)),
    });
    const { results } = await run({ target: { ...plain.target, movesTime: true, start }, scenarios: [later], arms: ['remedy'] });
    expect([order, results.map(({ verdict }) => verdict)]).toEqual([['60000 ms', 'asked'], ['pass']]);
  });

  it('is not waited for on targets that have no such clock: what it would show is not judged', async () => {
    const { target, count } = miniature(passOn);
    const { results } = await run({ target, scenarios: [later], arms: ['conformance'] });
    expect([results.map(brief), count.starts]).toEqual([
      [
        {
          arm: 'conformance',
          verdict: 'unsupported',
          reason: "no expectation can be judged in openai-chat > openai-chat from the conformance arm's side",
          checks: [],
        },
      ],
      0,
    ]);
  });
});

describe('the budget', () => {
  it('stops before the request that would exceed it; the rest is inconclusive and the run incomplete', async () => {
    let requests = 0;
    const { target } = miniature((about) => {
      requests += 1;
      passOn(about);
    });
    const many = scenario({ cells: Array.from({ length: 5 }, () => cells[0] as Cell) });
    const { results, summary } = await run({ target, scenarios: [many], arms: ['remedy'], budget: { requests: 2 }, concurrency: 1 });
    expect(requests).toBe(2);
    expect(results.map((result) => result.verdict)).toEqual(['pass', 'pass', 'inconclusive', 'inconclusive', 'inconclusive']);
    expect(results[2]?.reason).toBe('the-caller-gets-200: budget-spent: all 2 requests are spent (and 1 more)');
    expect(summary.exitCode).toBe(3);
  });

  it('counts tokens at their worst case before sending', async () => {
    const { results } = await run({ target: miniature(passOn).target, arms: ['remedy'], budget: { tokens: 9 } });
    expect(results[0]?.reason).toMatch(
      /^the-caller-gets-200: budget-spent: 9 of 9 tokens are left, this request may cost \d+ \(and 1 more\)$/,
    );
    expect(results[0]?.cost.requests).toBe(0);
  });
});

describe('the budget of seconds', () => {
  it('cuts a request that is still waiting when the seconds are spent, and blames no target for it', async () => {
    const silent: Handle = () => undefined;
    const { results } = await run({ target: miniature(silent).target, arms: ['remedy'], budget: { seconds: 0.2 } });
    expect(results.map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ['inconclusive', expect.stringContaining('budget-spent: the seconds of the run were spent while the answer was awaited')],
    ]);
  });
});

describe('a canary', () => {
  const liveTarget = async (handle: Handle) => {
    const { target, count } = miniature(handle, { configurable: false });
    return { target: { ...target, url: 'http://live.invalid' }, count };
  };
  const ok: Handle = ({ res }) =>
    void res.writeHead(200, { 'content-type': 'application/json' }).end('{"usage":{"prompt_tokens":4,"completion_tokens":2}}');

  it("judges the caller's side only, starts no mocks, and counts what it cost", async () => {
    const { target } = await liveTarget(ok);
    const startUpstream = () => Promise.reject(new Error('a canary needs no mocked upstreams'));
    const { results } = await run({ target, arms: ['canary'], startUpstream });
    expect(results.map(brief)).toEqual([{ arm: 'canary', verdict: 'pass', checks: ['the-caller-gets-200 pass'] }]);
    expect(results[0]?.cost).toEqual({ requests: 1, inputTokens: 4, outputTokens: 2 });
  });

  it('names the row when what deviates is what the row foretells and the rest of it holds', async () => {
    const { target } = await liveTarget(({ res }) => void res.writeHead(502).end());
    const answersAtAll = must('it-answers', ['ask'], ({ ask }) =>
      ask.status > 0 ? holds() : deviates({ expected: 'a status', actual: 0 }),
    );
    const withControl = scenario({ expectations: [...truths, answersAtAll] });
    const { results } = await run({ target, arms: ['canary'], scenarios: [withControl] });
    expect([results[0]?.verdict, results[0]?.diagnosis?.row]).toEqual(['fail', 3]);
  });

  it('names no row when nothing of it holds: that target has another trouble', async () => {
    const { target } = await liveTarget(({ res }) => void res.writeHead(502).end());
    const { results } = await run({ target, arms: ['canary'] });
    expect([results[0]?.verdict, results[0]?.diagnosis]).toEqual(['fail', undefined]);
  });

  it('names no row when something fails that the row does not foretell, or when only a warning does', async () => {
    const { target } = await liveTarget(({ res }) => void res.writeHead(502).end());
    const control = must('it-answers', ['ask'], ({ ask }) => (ask.status > 0 ? holds() : deviates({ expected: 'a status', actual: 0 })));
    const another = must('no-gateway-fails', ['ask'], ({ ask }) =>
      ask.status === 502 ? deviates({ expected: 'no 502', actual: 502 }) : holds(),
    );
    const warning = should('the-caller-gets-200', ['ask'], is200);
    const violates = () => ['the-caller-gets-200'];
    const { results } = await run({
      target,
      arms: ['canary'],
      scenarios: [
        scenario({ expectations: [...truths, control, another] }),
        scenario({ expectations: [warning, control], symptom: { violates } }),
      ],
    });
    expect(results.map(({ verdict, diagnosis }) => [verdict, diagnosis])).toEqual([
      ['fail', undefined],
      ['pass', undefined],
    ]);
  });

  it('asks in one cell of a scenario, the first that would show the symptom to its caller', async () => {
    const { target } = await liveTarget(ok);
    const both: readonly Cell[] = [...cells, { client: 'openai-chat', upstream: 'openai-chat', stream: true }];
    const inStreams = { violates: ({ stream }: Cell) => (stream ? ['the-caller-gets-200'] : ['the-upstream-is-asked-once']) };
    const { results } = await run({
      target,
      arms: ['canary'],
      scenarios: [scenario({ cells: both }), scenario({ cells: both, symptom: inStreams })],
    });
    expect(results.map(({ stream }) => stream)).toEqual([false, true]);
  });

  it('asks what waits for nothing once in a run, and counts it once', async () => {
    const asked: string[] = [];
    const { target } = await liveTarget((about) => {
      asked.push(`${about.req.method} ${about.req.url}`);
      ok(about);
    });
    const list = (after: readonly string[] = []) =>
      probe({ method: 'GET', path: '/v1/models', body: { text: '' }, maxOutputTokens: 0, after });
    const listing = defineScenario({
      ...scenario(),
      steps: () => ({ ask: list(), question: probe(), later: list(['question']) }),
      expectations: [must('the-caller-gets-200', ['ask', 'question', 'later'], is200)],
      symptom: { violates: () => ['the-caller-gets-200'] },
    });
    const { results } = await run({ target, arms: ['canary'], scenarios: [listing, listing] });
    expect(results.map(({ verdict, cost }) => [verdict, cost.requests])).toEqual([
      ['pass', 3],
      ['pass', 1],
    ]);
    expect(asked.filter((line) => line === 'GET /v1/models')).toHaveLength(3);
    expect(asked).toHaveLength(4);
  });

  it('does not ask what is kept from canaries', async () => {
    const { target } = await liveTarget(ok);
    const kept = must('the-caller-gets-200', ['ask'], is200, { canary: false });
    const { results } = await run({
      target,
      arms: ['canary'],
      scenarios: [scenario({ expectations: [kept], symptom: { violates: () => ['the-caller-gets-200'] } })],
    });
    expect(results.map((result) => [result.verdict, result.cost.requests])).toEqual([['unsupported', 0]]);
  });

  it('is unsupported for a scenario that is not safe live, with the reason, and sends nothing', async () => {
    let requests = 0;
    const { target } = await liveTarget((about) => {
      requests += 1;
      ok(about);
    });
    const unsafe = scenario({ live: { safe: false, because: 'it would ban the account' } });
    const { results } = await run({ target, arms: ['canary'], scenarios: [unsafe] });
    expect(results.map(brief)).toEqual([
      { arm: 'canary', verdict: 'unsupported', reason: 'never run against a live target: it would ban the account', checks: [] },
    ]);
    expect(requests).toBe(0);
  });

  it('leaves out steps that cost more output than the scenario allows live', async () => {
    const { target } = await liveTarget(ok);
    const dear = scenario({ steps: () => ({ ask: probe({ maxOutputTokens: 11 }) }) });
    const { results } = await run({ target, arms: ['canary'], scenarios: [dear] });
    expect(results.map((result) => [result.verdict, result.cost.requests])).toEqual([['unsupported', 0]]);
  });
});

describe('a request that is too long for a line', () => {
  it('is repeated by a run against the same target', async () => {
    const noise = Array.from({ length: 4_000 }, (_, index) => tokenFor('noise', index)).join('');
    const long = scenario({ steps: () => ({ ask: probe({ body: { text: `${TOKEN}${noise}` } }) }) });
    const { target } = miniature(({ res }) => void res.writeHead(500).end());
    const notes = async (more: Partial<RunOptions>) =>
      (await run({ target, scenarios: [long], arms: ['remedy'], ...more })).results[0]?.repeat?.map(({ note = '' }) =>
        note.slice(note.indexOf('wireproof')),
      );
    expect(await notes({})).toEqual(['wireproof run --scenario miniature/asks-once --arm remedy']);
    expect(await notes({ targetFlags: ['--target', 'my targets/house.yaml'] })).toEqual([
      "wireproof run --target 'my targets/house.yaml' --scenario miniature/asks-once --arm remedy",
    ]);
  });
});

describe('a budget of tokens', () => {
  it('is not given back for what an answer says that broke off: its last word on that was to come', async () => {
    const { target } = miniature(({ res }) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      const said = { message: { usage: { input_tokens: 3, output_tokens: 1 } } };
      res.write(`data: ${JSON.stringify(said)}\n\n`, () => res.destroy());
    });
    const both = scenario({ cells: [cells[0] as Cell, cells[0] as Cell] });
    // The worst case of one request: its bytes, and the ten tokens that it has room for.
    const one = Math.ceil(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: TOKEN }] }).length / 3) + 10;
    const { results } = await run({ target, scenarios: [both], arms: ['remedy'], concurrency: 1, budget: { tokens: one + 10 } });
    expect(results.map(({ expectations }) => expectations[0]?.reason)).toEqual([
      undefined,
      `budget-spent: 10 of ${one + 10} tokens are left, this request may cost ${one}`,
    ]);
  });
});

describe('the key of the caller', () => {
  it('is in no report, whatever header it stands in and however the target repeats it', async () => {
    const key = 'pk_a-key-like-no-other';
    const said = (shown: unknown): string => JSON.stringify({ error: { message: `${'x'.repeat(563)} bad key ${String(shown)}` } });
    const { target } = miniature(({ req, res }) => void res.writeHead(401).end(said(req.headers['x-house'])));
    const start: Target['start'] = async (...about) => ({
      ...(await target.start(...about)),
      clientKey: key,
      headers: () => ({ 'x-house': key }),
    });
    const telling = scenario({
      expectations: [
        must('the-caller-gets-200', ['ask'], ({ ask }) => deviates({ expected: 200, actual: ask.bodyText, evidence: ask.bodyText })),
        must('the-rest-is-right', ['ask'], ({ ask }) => cannotTell('prerequisite-failed', ask.bodyText)),
      ],
      symptom: { violates: () => ['the-caller-gets-200'] },
    });
    const report = await run({ target: { ...target, start }, arms: ['remedy'], scenarios: [telling] });
    expect(report.results.map(({ verdict, trace = [] }) => [verdict, trace.length > 0])).toEqual([['fail', true]]);
    expect(JSON.stringify(report)).toContain('bad key [redacted]');
    expect(JSON.stringify(report)).not.toContain('pk_a');
  });
});

describe('ending a run early', () => {
  it('stops cleanly, keeps what is done and says that it is not complete', async () => {
    const controller = new AbortController();
    const { target, count } = miniature((about) => {
      if (about.seen < 3) return passOn(about);
      controller.abort();
    });
    const many = scenario({ cells: Array.from({ length: 9 }, () => cells[0] as Cell) });
    const told: string[] = [];
    const report = await run({
      target,
      scenarios: [many],
      arms: ['remedy'],
      concurrency: 1,
      signal: controller.signal,
      onResult: (result) => told.push(result.verdict),
    });
    expect([report.run.complete, report.results.length, told, report.summary.exitCode]).toEqual([false, 2, ['pass', 'pass'], 3]);
    expect(count).toEqual({ starts: 1, stops: 1 });
  });

  it('leaves no socket and no server behind', async () => {
    const open = (): readonly string[] => process.getActiveResourcesInfo().filter((each) => /TCP/.test(each));
    const before = open();
    await run({ target: miniature(passesOnUnlessOff).target });
    // Closed handles leave the list in the close phase of the event loop.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(open().length).toBeLessThanOrEqual(before.length);
  });

  it('also while a target starts: what was judged before is told', async () => {
    const controller = new AbortController();
    const endedStart = new ToolError('target-start-failed', 'miniature did not start: the run was ended');
    const { target, count } = miniature(passOn);
    const fresh: Target = {
      ...target,
      start: (...about) => {
        if (count.starts === 0) return target.start(...about);
        controller.abort();
        return Promise.reject(endedStart);
      },
    };
    const remembering = scenario({ remembers: true, cells: [cells[0] as Cell, cells[0] as Cell] });
    const about = { target: fresh, scenarios: [remembering], arms: ['remedy'], concurrency: 1, signal: controller.signal } as const;
    const { run: ran, results } = await run(about);
    expect([ran.complete, results.map(({ verdict }) => verdict), count]).toEqual([false, ['pass'], { starts: 1, stops: 1 }]);
  });

  it('begins no target whose seconds are spent', async () => {
    const { target, count } = miniature(passOn);
    let now = 0;
    const remembering = scenario({ remembers: true, cells: [cells[0] as Cell, cells[0] as Cell] });
    const { results } = await run({
      target,
      scenarios: [remembering],
      arms: ['remedy'],
      concurrency: 1,
      now: () => now,
      budget: { seconds: 60 },
      onResult: () => void (now = 60_000),
    });
    expect(results.map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ['pass', undefined],
      ['inconclusive', 'budget-spent: all 60 seconds are spent'],
    ]);
    expect(count).toEqual({ starts: 1, stops: 1 });
  });
});

describe('a baseline', () => {
  const failing = () => miniature(({ res }) => void res.writeHead(404).end('{}')).target;
  const entry = (id: string, more = '') => `- { id: ${id}, reason: 'waiting for a release', owner: someone, expires: 2030-01-01${more} }\n`;
  const now = () => Date.parse('2029-12-31T12:00:00Z');
  const withBaseline = (text: string, target = failing()) =>
    run({ target, arms: ['remedy'], now, baseline: parseBaseline('known.yaml', text, [scenario()]) });

  it('covers a failure: reported with its reason, and not decisive', async () => {
    const { results, summary } = await withBaseline(entry('miniature/asks-once'));
    expect(results[0]?.knownFailure).toEqual({ reason: 'waiting for a release', owner: 'someone', expires: '2030-01-01' });
    expect([summary.fail, summary.exitCode]).toEqual([1, 0]);
  });

  it('covers a failure only when every deviating must is covered', async () => {
    const one = await withBaseline(entry('miniature/asks-once#the-caller-gets-200'));
    expect([one.results[0]?.knownFailure, one.summary.exitCode]).toEqual([undefined, 1]);
    const two = await withBaseline(
      entry('miniature/asks-once#the-caller-gets-200') + entry('miniature/asks-once#the-upstream-is-asked-once'),
    );
    expect([two.results[0]?.knownFailure?.owner, two.summary.exitCode]).toEqual(['someone', 0]);
  });

  it('does not cover what it is narrowed away from', async () => {
    const { summary } = await withBaseline(entry('miniature/asks-once', ', stream: true'));
    expect(summary.exitCode).toBe(1);
  });

  it('fails the run when an entry is stale, or past its day', async () => {
    const stale = await withBaseline(entry('miniature/asks-once'), miniature(passOn).target);
    expect([stale.baseline, stale.summary.exitCode]).toEqual([
      [
        {
          entry: 'miniature/asks-once',
          problem: 'stale',
          message: 'nothing that it covers fails any more; remove it (owner: someone)',
        },
      ],
      1,
    ]);
    const expired = await withBaseline(entry('miniature/asks-once').replace('2030-01-01', '2029-12-30'));
    expect([expired.baseline?.map((each) => each.problem), expired.summary.exitCode]).toEqual([['expired'], 1]);
  });

  it('calls nothing stale while one of the results that it speaks of was not judged', async () => {
    const streamed: Cell = { client: 'openai-chat', upstream: 'openai-chat', stream: true };
    const both = scenario({
      cells: [cells[0] as Cell, streamed],
      steps: ({ cell }) => ({ ask: probe({ stream: cell.stream }) }),
      expectations: [
        must('the-caller-gets-200', ['ask'], ({ ask }) => (ask.probe.stream ? cannotTell('prerequisite-failed') : holds())),
        must('something-fails', ['ask'], ({ ask }) => (ask.probe.stream ? deviates({ expected: 1, actual: 2 }) : holds())),
      ],
      symptom: { violates: () => ['the-caller-gets-200'] },
    });
    const staleOf = async (id: string, expectations = both.expectations) => {
      const one = { ...both, expectations };
      const baseline = parseBaseline('known.yaml', entry(id), [one]);
      return (await run({ target: miniature(passOn).target, scenarios: [one], arms: ['remedy'], now, baseline })).baseline;
    };
    // One cell is inconclusive; one fails, and says nothing of the check; and one fails at another check only.
    expect(await staleOf('miniature/asks-once', both.expectations.slice(0, 1))).toBeUndefined();
    expect(await staleOf('miniature/asks-once#the-caller-gets-200')).toBeUndefined();
    const judged = both.expectations.map((each, index) => (index === 0 ? { ...each, judge: () => holds() } : each));
    expect((await staleOf('miniature/asks-once#the-caller-gets-200', judged))?.map(({ problem }) => problem)).toEqual(['stale']);
  });

  it('calls nothing stale that the run did not look at', async () => {
    const other = scenario({ id: 'miniature/other-one' });
    const baseline = parseBaseline('known.yaml', entry('miniature/other-one'), [scenario(), other]);
    const report = await run({ target: miniature(passOn).target, arms: ['remedy'], now, baseline });
    expect([report.baseline, report.summary.exitCode]).toEqual([undefined, 0]);
  });
});
