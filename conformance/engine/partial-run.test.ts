import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { answer, crossing, defineScenario, deviates, holds, must, TOKEN, type Probe } from '#scenarios/kit/index';
import type { Scenario } from '#scenarios/kit/scenario';

import { parseBaseline } from '../baseline/baseline.ts';
import type { Target } from '../targets/target.ts';
import { urlTarget } from '../targets/url-target.ts';
import { reportSchema, type ResultRecord } from './records.ts';
import { runSuite, type RunOptions } from './run.ts';

/** A target that answers 500 to what asks for it, and 200 else. */
const server = createServer((req, res) => {
  res.writeHead(req.url?.includes('bad') === true ? 500 : 200, { 'content-type': 'application/json' }).end('{}');
});
let target: Target;
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const claims = new Set(['client:openai-chat', 'upstream:openai-chat', 'upstream:codex']);
  const profile = { name: 'p', claims, models: { 'openai-chat': 'm', codex: 'm' } };
  target = urlTarget({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, profile, key: 'the-key-of-a-caller' });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const asking = (path: string): Probe => ({
  dialect: 'openai-chat',
  method: 'GET',
  path: `/${path}?${TOKEN}`,
  headers: {},
  stream: false,
  encoding: 'identity',
  framing: 'content-length',
  timeoutMs: 5_000,
  after: [],
  maxOutputTokens: 0,
});

const scenario = (name: string): Scenario =>
  defineScenario<'ask'>({
    id: `partial/${name}`,
    title: 'The target answers with 200',
    matrixRow: 3,
    requires: name.startsWith('unclaimed') ? ['compact'] : [],
    diagnosis: { symptom: 'A symptom here.', cause: 'A cause, here.', check: 'A check, here.', remediation: 'A remediation.' },
    cells: crossing({ clients: ['openai-chat'], upstreams: ['openai-chat', 'codex'], streams: [false] }),
    upstream: () => answer('text'),
    steps: () => ({ ask: asking(name) }),
    expectations: [
      must('the-caller-gets-200', ['ask'], ({ ask }) => (ask.status === 200 ? holds() : deviates({ expected: 200, actual: ask.status }))),
    ],
    remedy: { proxy: ['answers'] },
    symptom: { violates: () => ['the-caller-gets-200'] },
    live: { safe: true, idempotent: true, maxOutputTokens: 10, timeoutMs: 1_000 },
  });

const scenarios = ['good-1', 'bad-2', 'good-3', 'bad-4', 'unclaimed-5', 'good-6'].map(scenario);

const run = async (options: Partial<RunOptions>) => {
  const told: ResultRecord[] = [];
  const onResult = (result: ResultRecord): void => void told.push(result);
  const report = await runSuite({ scenarios, target, seed: 7, concurrency: 1, onResult, ...options });
  return { report: reportSchema.parse(JSON.parse(JSON.stringify(report))), told };
};

const brief = ({ scenario, upstream, verdict }: ResultRecord): string => `${scenario.slice(8)} ${upstream} ${verdict}`;

describe('a run that bails', () => {
  const notRun = (upTo: number) => ({
    verdict: 'inconclusive',
    reason: `not-run: the run ended early, after ${upTo} unexpected ${upTo === 1 ? 'failure' : 'failures'}`,
  });

  it('begins nothing after the first failure, and reports the rest as not run', async () => {
    const { report, told } = await run({ bailAfter: 1 });
    expect(report.results.map(brief)).toEqual([
      'good-1 openai-chat pass',
      'good-1 codex pass',
      'bad-2 openai-chat fail',
      'bad-2 codex inconclusive',
      'good-3 openai-chat inconclusive',
      'good-3 codex inconclusive',
      'bad-4 openai-chat inconclusive',
      'bad-4 codex inconclusive',
      'unclaimed-5 openai-chat unsupported',
      'unclaimed-5 codex unsupported',
      'good-6 openai-chat inconclusive',
      'good-6 codex inconclusive',
    ]);
    expect(report.results.at(-1)).toMatchObject({ ...notRun(1), cost: { requests: 0, inputTokens: 0, outputTokens: 0 }, expectations: [] });
    expect({ exitCode: report.summary.exitCode, complete: report.run.complete, told: told.length }).toEqual({
      exitCode: 1,
      complete: false,
      told: 12,
    });
  });

  it('begins nothing after the n-th failure', async () => {
    const { report } = await run({ bailAfter: 3 });
    expect(report.results.filter(({ verdict }) => verdict === 'fail').map(brief)).toEqual([
      'bad-2 openai-chat fail',
      'bad-2 codex fail',
      'bad-4 openai-chat fail',
    ]);
    expect(report.results.at(-1)).toMatchObject(notRun(3));
  });

  it('is an ordinary run when there are fewer failures, or when the last one is the last arm', async () => {
    const whole = await run({});
    const fewer = await run({ bailAfter: 5 });
    const last = await run({ scenarios: [scenario('good-1'), scenario('bad-2')], bailAfter: 2 });
    expect(fewer.report.results.map(brief)).toEqual(whole.report.results.map(brief));
    expect([whole, fewer, last].map(({ report }) => report.run.complete)).toEqual([true, true, true]);
  });

  it('counts only failures that no baseline entry covers, and calls none stale that it did not get to', async () => {
    const entry = (id: string): string => `- { id: ${id}, reason: waiting for a release, owner: me, expires: 2999-01-01 }\n`;
    const baseline = parseBaseline('known.yaml', entry('partial/bad-2') + entry('partial/good-1'), scenarios);
    const { report } = await run({ bailAfter: 1, baseline });
    expect(report.results.filter(({ verdict }) => verdict === 'fail').map(brief)).toEqual([
      'bad-2 openai-chat fail',
      'bad-2 codex fail',
      'bad-4 openai-chat fail',
    ]);
    expect(report.baseline).toBeUndefined();
  });

  it('leaves the rest out, as ever, when it is stopped from outside', async () => {
    const stop = new AbortController();
    const { report } = await run({ bailAfter: 2, signal: stop.signal, onResult: () => stop.abort() });
    expect(report.results.map(brief)).toEqual(['good-1 openai-chat pass']);
  });
});

describe('a run of a part', () => {
  const key = ({ scenario, arm, dialect, upstream, stream }: ResultRecord): string => [scenario, arm, dialect, upstream, stream].join(' ');

  it('is one of n that together are the whole, arm by arm, none twice', async () => {
    const whole = await run({ arms: ['conformance', 'canary'] });
    const parts = await Promise.all([1, 2, 3].map((index) => run({ arms: ['conformance', 'canary'], shard: { index, count: 3 } })));
    const keys = parts.flatMap(({ report }) => report.results.map(key));
    expect([...keys].sort()).toEqual(whole.report.results.map(key).sort());
    // Two cells of each of six scenarios, and one canary where one can be asked: in all but one, which has its two reasons.
    expect(new Set(keys).size).toBe(12 + 5 + 2);
    expect(parts.map(({ report }) => report.run.complete)).toEqual([true, true, true]);
  });

  it('can be what failed before, in this shard', async () => {
    const before = await run({});
    const failed = new Set(before.report.results.filter(({ verdict }) => verdict === 'fail').map(key));
    const only: NonNullable<RunOptions['only']> = ({ scenario: { id }, cell, arm }) =>
      failed.has([id, arm, cell.client, cell.upstream, cell.stream].join(' '));
    const again = await run({ only });
    const parts = await Promise.all([1, 2].map((index) => run({ only, shard: { index, count: 2 } })));
    const failures = ['bad-2 openai-chat fail', 'bad-2 codex fail', 'bad-4 openai-chat fail', 'bad-4 codex fail'];
    expect(again.report.results.map(brief)).toEqual(failures);
    expect(parts.flatMap(({ report }) => report.results.map(brief)).sort()).toEqual([...failures].sort());
    expect(again.report.summary.exitCode).toBe(1);
  });

  it('calls no baseline entry stale: the cells that still fail may not have been looked at', async () => {
    const known = '- { id: partial/bad-2, upstream: codex, reason: waiting for a release, owner: me, expires: 2999-01-01 }\n';
    const good = '- { id: partial/good-1, reason: waiting for a release, owner: me, expires: 2999-01-01 }\n';
    const baseline = parseBaseline('known.yaml', known + good, scenarios);
    const { report } = await run({ baseline, only: ({ scenario }) => scenario.id === 'partial/good-1' });
    expect([report.baseline, report.summary.exitCode]).toEqual([undefined, 0]);
    expect((await run({ baseline })).report.baseline?.map(({ problem }) => problem)).toEqual(['stale']);
  });

  it('must not be empty', async () => {
    await expect(run({ only: () => false })).rejects.toMatchObject({ code: 'usage' });
    await expect(run({ shard: { index: 7, count: 7 } })).rejects.toMatchObject({
      code: 'usage',
      message: 'shard 7/7 would have nothing to run',
    });
  });
});

describe('a failed check', () => {
  it('has the line that repeats its request, with the key as a variable', async () => {
    const { report } = await run({ scenarios: [scenario('bad-2'), scenario('good-3')] });
    const [failed] = report.results;
    const url = `${target.url ?? ''}/bad-2?wpt_`;
    expect(failed?.repeat?.map(({ step, checks }) => ({ step, checks }))).toEqual([{ step: 'ask', checks: ['the-caller-gets-200'] }]);
    expect(failed?.repeat?.[0]?.curl.replace(/wpt_\w{16}/, 'wpt_')).toBe(
      `curl -sS -i -N -g --path-as-is --http1.1 --max-time 5 '${url}' -H 'user-agent: wireproof' -H 'accept: application/json' -H 'authorization: Bearer '"$WIREPROOF_KEY"`,
    );
    expect(report.results.slice(2).map(({ repeat }) => repeat)).toEqual([undefined, undefined]);
  });
});

describe('a run that somebody narrowed', () => {
  it('says in its report by what, and a whole one says nothing', async () => {
    const [part, whole] = [await run({ selection: ['--row 3', '--shard 1/2'] }), await run({ selection: [] })];
    expect([part.report.run.selection, 'selection' in whole.report.run]).toEqual([['--row 3', '--shard 1/2'], false]);
  });
});
