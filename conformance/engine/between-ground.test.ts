import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { answer, crossing, defineScenario, deviates, holds, must, probe, type CallerSight } from '#scenarios/kit/index';
import type { Scenario } from '#scenarios/kit/scenario';

import type { Target } from '../targets/target.ts';
import { runSuite } from './run.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** The address of a server whose answers ask reverse proxies not to collect them: these keep that to themselves. */
const asking = async (): Promise<string> => {
  const server = createServer((_request, response) => response.writeHead(200, { connection: 'close', 'x-accel-buffering': 'no' }).end());
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const asks = ({ status, headers }: CallerSight, expected: 'no' | undefined) =>
  status === 200 && headers['x-accel-buffering'] === expected ? holds() : deviates({ expected: expected ?? 'nothing', actual: headers });

const scenario = (id: string, about: Pick<Scenario, 'remembers' | 'ground'>) =>
  defineScenario({
    id: `miniature/${id}`,
    title: 'Something stands between',
    matrixRow: 17,
    requires: [],
    diagnosis: { symptom: 'A symptom here.', cause: 'A cause, here.', check: 'A check, here.', remediation: 'A remediation.' },
    cells: crossing({ clients: ['openai-chat'], upstreams: ['openai-chat'], streams: [false, true] }),
    upstream: () => answer('text'),
    steps: () => ({
      through: probe({ dialect: 'openai-chat', method: 'GET', path: '/' }),
      around: probe({ dialect: 'openai-chat', method: 'GET', path: '/', via: 'own-address' }),
    }),
    expectations: [
      must('is-silent-through', ['through'], ({ through }) => asks(through, undefined)),
      must('asks-around', ['around'], ({ around }) => asks(around, 'no')),
    ],
    remedy: { config: {} },
    symptom: { violates: () => ['is-silent-through'] },
    live: { safe: false, because: 'there is no such thing live' },
    ...about,
  });

const between = { buffering: 'never' } as const;

const judge = async (scenarios: readonly Scenario[], more: Partial<Target> = {}) => {
  const url = await asking();
  const done: string[] = [];
  const target: Target = {
    name: 'asks',
    profile: { name: 'asks', claims: new Set(['client:openai-chat', 'upstream:openai-chat', 'stream']), models: {} },
    configurable: false,
    grounds: new Set(['between']),
    start: ({ ground }) => {
      done.push(`start on ${JSON.stringify(ground ?? {})}`);
      return Promise.resolve({
        url,
        headers: () => ({}),
        path: (_cell, path) => path,
        logs: () => Promise.resolve(undefined),
        stop: () => Promise.resolve(void done.push('stop')),
      });
    },
    ...more,
  };
  const { results } = await runSuite({ scenarios, target, arms: ['conformance'], concurrency: 1 });
  const verdicts = results.map(({ scenario: id, expectations, verdict }) => [
    id,
    verdict,
    ...expectations.map((each) => `${each.id} ${each.verdict}`),
  ]);
  return { done, verdicts, grounds: results.map(({ ground }) => ground?.map((line) => line.split(':')[0])) };
};

const seen = ['pass', 'is-silent-through pass', 'asks-around pass'];

describe('a scenario with something between caller and target', () => {
  it('is judged through it, and round it by the step that says so; the report has what stood there', async () => {
    const { verdicts, grounds, done } = await judge([scenario('between', { remembers: false, ground: { between } })]);
    expect(verdicts).toEqual([
      ['miniature/between', ...seen],
      ['miniature/between', ...seen],
    ]);
    expect(grounds).toEqual([['between'], ['between']]);
    expect(done).toEqual(['start on {}', 'stop']);
  });

  it('shares the target with those that have nothing between', async () => {
    const { verdicts, done } = await judge([
      scenario('plain', { remembers: false }),
      scenario('between', { remembers: false, ground: { between } }),
    ]);
    expect(verdicts.map(([id, verdict, ...checks]) => [id, verdict, checks.length])).toEqual([
      ['miniature/plain', 'fail', 1],
      ['miniature/plain', 'fail', 1],
      ['miniature/between', 'pass', 2],
      ['miniature/between', 'pass', 2],
    ]);
    expect(done).toEqual(['start on {}', 'stop']);
  });

  it('has a target of its own where it must have it for itself', async () => {
    const { verdicts, done } = await judge([scenario('between', { remembers: true, ground: { between } })], { startsFresh: true });
    expect(verdicts).toEqual([
      ['miniature/between', ...seen],
      ['miniature/between', ...seen],
    ]);
    expect(done).toEqual(['start on {}', 'stop', 'start on {}', 'stop']);
  });

  it('is not judged on a target before which nothing can be put', async () => {
    const { verdicts, done } = await judge([scenario('between', { remembers: false, ground: { between } })], { grounds: new Set() });
    expect(verdicts).toEqual([
      ['miniature/between', 'unsupported'],
      ['miniature/between', 'unsupported'],
    ]);
    expect(done).toEqual([]);
  });
});
