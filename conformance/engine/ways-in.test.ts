import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { answer, crossing, defineScenario, deviates, holds, must, probe, type CallerSight } from '#scenarios/kit/index';

import type { RunningTarget, Target } from '../targets/target.ts';
import { runSuite } from './run.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** The address of a server that answers everything with this status. */
const answering = async (status: number): Promise<string> => {
  const server = createServer((_request, response) => response.writeHead(status, { connection: 'close' }).end());
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const isStatus = (sight: CallerSight, status: number) =>
  sight.status === status ? holds() : deviates({ expected: status, actual: sight.status });

const scenario = defineScenario({
  id: 'miniature/two-ways-in',
  title: 'A target with two ways in',
  matrixRow: 13,
  requires: [],
  diagnosis: { symptom: 'A symptom here.', cause: 'A cause, here.', check: 'A check, here.', remediation: 'A remediation.' },
  cells: crossing({ clients: ['openai-chat'], upstreams: ['openai-chat'], streams: [false] }),
  upstream: () => answer('text'),
  steps: () => ({
    over: probe({ dialect: 'openai-chat', method: 'GET', path: '/' }),
    inside: probe({ dialect: 'openai-chat', method: 'GET', path: '/', via: 'in-process' }),
  }),
  expectations: [
    must('over-http-is-201', ['over'], ({ over }) => isStatus(over, 201)),
    must('inside-is-202', ['inside'], ({ inside }) => isStatus(inside, 202)),
  ],
  remedy: { config: {} },
  symptom: { violates: () => ['inside-is-202'] },
  live: { safe: false, because: 'there is no such thing live' },
});

const judge = async (ways: Pick<RunningTarget, 'url' | 'inProcessUrl'>, runsInProcess: boolean) => {
  const target: Target = {
    name: 'two ways',
    profile: { name: 'two ways', claims: new Set(['client:openai-chat', 'upstream:openai-chat']), models: {} },
    configurable: false,
    runsInProcess,
    start: () =>
      Promise.resolve({
        ...ways,
        headers: () => ({}),
        path: (_cell, path) => path,
        logs: () => Promise.resolve(undefined),
        stop: () => Promise.resolve(),
      }),
  };
  const { results } = await runSuite({ scenarios: [scenario], target, arms: ['conformance'] });
  return results.flatMap(({ expectations }) => expectations.map(({ id, verdict, reason }) => [id, verdict, reason]));
};

describe('a step that goes in the process', () => {
  it('takes that way, and the others the one over HTTP', async () => {
    expect(await judge({ url: await answering(201), inProcessUrl: await answering(202) }, true)).toEqual([
      ['over-http-is-201', 'pass', undefined],
      ['inside-is-202', 'pass', undefined],
    ]);
  });

  it('is not sent to a target that has no such way, and what reads it is not judged there', async () => {
    const url = await answering(201);
    expect(await judge({ url, inProcessUrl: await answering(202) }, false)).toEqual([['over-http-is-201', 'pass', undefined]]);
  });

  it('tells nothing where a target has the way and did not open it', async () => {
    expect(await judge({ url: await answering(201) }, true)).toEqual([
      ['over-http-is-201', 'pass', undefined],
      ['inside-is-202', 'inconclusive', 'not-visible-here: the target cannot be asked inside of a process'],
    ]);
  });
});
