import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, expect, it } from 'vitest';

import { answer, crossing, defineScenario, deviates, holds, must, probe, type Probe } from '#scenarios/kit/index';

import type { Target } from '../targets/target.ts';
import { runSuite } from './run.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** A server that answers every question with its body, and notes it. */
const echoing = async (asked: string[]): Promise<string> => {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      asked.push(Buffer.concat(pieces).toString());
      response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end(Buffer.concat(pieces));
    });
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const twoTurns = (bodyFrom: NonNullable<Probe['bodyFrom']>) =>
  defineScenario({
    id: 'miniature/two-turns',
    title: 'A question after an answer',
    matrixRow: 13,
    requires: [],
    diagnosis: { symptom: 'A symptom here.', cause: 'A cause, here.', check: 'A check, here.', remediation: 'A remediation.' },
    cells: crossing({ clients: ['openai-chat'], upstreams: ['openai-chat'], streams: [false] }),
    upstream: () => answer('text'),
    steps: () => ({
      first: probe({ dialect: 'openai-chat', path: '/', body: { json: { said: 1 } } }),
      second: probe({ dialect: 'openai-chat', path: '/', after: ['first'], bodyFrom }),
    }),
    expectations: [
      must('the-first-was-answered', ['first'], ({ first }) =>
        first.status === 200 ? holds() : deviates({ expected: 200, actual: first.status }),
      ),
      must('it-comes-back', ['second'], ({ second }) =>
        second.bodyText === '[{"said":1}]' ? holds() : deviates({ expected: '[{"said":1}]', actual: second.bodyText }),
      ),
    ],
    remedy: { config: {} },
    symptom: { violates: () => ['it-comes-back'] },
    live: { safe: false, because: 'there is no such thing live' },
  });

const judge = async (bodyFrom: NonNullable<Probe['bodyFrom']>) => {
  const asked: string[] = [];
  const url = await echoing(asked);
  const target: Target = {
    name: 'an echo',
    profile: { name: 'an echo', claims: new Set(['client:openai-chat', 'upstream:openai-chat']), models: {} },
    configurable: false,
    start: () =>
      Promise.resolve({
        url,
        headers: () => ({}),
        path: (_cell, path) => path,
        logs: () => Promise.resolve(undefined),
        stop: () => Promise.resolve(),
      }),
  };
  const { results } = await runSuite({ scenarios: [twoTurns(bodyFrom)], target, arms: ['conformance'] });
  return { asked, judged: results.flatMap(({ expectations }) => expectations.map(({ id, verdict, reason }) => [id, verdict, reason])) };
};

it('makes the body of a step from what an earlier one got', async () => {
  expect(await judge(({ first }) => ({ json: [first?.json] }))).toEqual({
    asked: ['{"said":1}', '[{"said":1}]'],
    judged: [
      ['the-first-was-answered', 'pass', undefined],
      ['it-comes-back', 'pass', undefined],
    ],
  });
});

it('does not send a step whose body cannot be made, and judges nothing by it', async () => {
  expect(await judge(() => undefined)).toEqual({
    asked: ['{"said":1}'],
    judged: [
      ['the-first-was-answered', 'pass', undefined],
      ['it-comes-back', 'inconclusive', 'prerequisite-failed: what first got cannot be handed back'],
    ],
  });
});
