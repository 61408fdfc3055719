import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { answer, converse, crossing, defineScenario, deviates, holds, must } from '#scenarios/kit/index';

import { parseBaseline } from '../baseline/baseline.ts';
import type { Target } from '../targets/target.ts';
import { urlTarget } from '../targets/url-target.ts';
import { reportSchema } from './records.ts';
import { runSuite, type RunOptions } from './run.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

/** Answers Chat with a text of its own, and has no other path. */
const chatOnly = async (): Promise<string> => {
  const server = createServer((req, res) => {
    const known = req.url === '/v1/chat/completions';
    req.resume().on('end', () => res.writeHead(known ? 200 : 404, { 'content-type': 'application/json' }).end('{}'));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  stops.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const scenario = defineScenario<'ask'>({
  id: 'miniature/answers',
  title: 'The proxy answers with a status',
  matrixRow: 3,
  requires: [],
  diagnosis: { symptom: 'A symptom here.', cause: 'A cause, here.', check: 'A check, here.', remediation: 'A remediation.' },
  cells: crossing({ clients: ['openai-chat', 'openai-responses'], upstreams: ['openai-chat'], streams: [false] }),
  upstream: () => answer('text'),
  steps: ({ cell, model }) => ({ ask: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 8 }) }),
  expectations: [
    must('it-answers-200', ['ask'], ({ ask }) => (ask.status === 200 ? holds() : deviates({ expected: 200, actual: ask.status }))),
    must('it-answers-at-all', ['ask'], ({ ask }) => (ask.status > 0 ? holds() : deviates({ expected: 'a status', actual: 0 }))),
  ],
  remedy: { proxy: ['answers'] },
  symptom: { violates: () => ['it-answers-200'] },
  live: { safe: true, idempotent: true, maxOutputTokens: 8, timeoutMs: 1_000 },
});

const run = async (claims: readonly string[], changes: Partial<RunOptions> = {}) => {
  const profile = { name: 'mine', claims: new Set([...claims, 'upstream:openai-chat']), models: { 'openai-chat': 'm' } };
  const target: Target = urlTarget({ url: await chatOnly(), profile });
  const report = await runSuite({ target, scenarios: [scenario], arms: ['conformance'], seed: 7, ...changes });
  reportSchema.parse(JSON.parse(JSON.stringify(report)));
  return report;
};

const baselineFor = (id: string) =>
  parseBaseline('known.yaml', `- { id: ${id}, reason: it is known, owner: me, expires: 2099-01-01 }`, [scenario]);

describe('a claim that the target contradicts', () => {
  it('is told with the answer that shows it, and fails the run', async () => {
    const report = await run(['client:openai-chat', 'client:openai-responses']);
    expect([report.contradictedClaims, report.summary.exitCode]).toEqual([
      [{ claim: 'client:openai-responses', because: 'POST /v1/responses → 404', results: 1 }],
      1,
    ]);
  });

  it('fails the run also when nothing else does', async () => {
    const onlySome = { ...scenario, expectations: scenario.expectations.filter(({ id }) => id === 'it-answers-at-all') };
    const report = await run(['client:openai-responses'], { scenarios: [onlySome] });
    expect([report.results.map(({ verdict }) => verdict), report.summary.exitCode]).toEqual([['unsupported', 'pass'], 1]);
  });

  it('is no news when a baseline entry covers what shows it', async () => {
    const report = await run(['client:openai-responses'], { baseline: baselineFor('miniature/answers') });
    expect([report.contradictedClaims?.length, report.summary.exitCode]).toEqual([1, 0]);
  });

  it('is none when it is not claimed: what is not claimed is unsupported, and nothing is asked for it', async () => {
    const report = await run(['client:openai-chat']);
    expect([report.contradictedClaims, report.results.map(({ verdict }) => verdict), report.summary.exitCode]).toEqual([
      undefined,
      ['pass', 'unsupported'],
      0,
    ]);
  });
});
