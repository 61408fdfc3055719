import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { describe, expect, it } from 'vitest';

import { loadScenarios } from '#scenarios/catalogue';

import { runSuite } from '../engine/run.ts';
import type { Report } from '../engine/records.ts';
import { resolveProfile } from '../profiles/profile.ts';
import { urlTarget } from '../targets/url-target.ts';

/** Judges a server that gives every request the same answer. */
const judge = async (status: number, contentType: string, body: string): Promise<Report> => {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(status, { 'content-type': contentType }).end(body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const target = urlTarget({ url, profile: await resolveProfile('reference', '.') });
    return await runSuite({ scenarios: await loadScenarios(), target, arms: ['conformance'] });
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
};

const passes = (report: Report): readonly string[] =>
  report.results.flatMap(({ scenario, verdict, expectations }) => [
    ...(verdict === 'pass' ? [scenario] : []),
    ...expectations.filter((expectation) => expectation.verdict === 'pass').map(({ id }) => `${scenario}#${id}`),
  ]);

/** What a URL cannot be asked at all: it has no way in but HTTP, and stands on its own ground; callers can be put on any, and a reverse proxy before it. */
const neverAsked = async (): Promise<ReadonlySet<string>> =>
  new Set(
    (await loadScenarios())
      .filter(
        ({ id, ground = {} }) =>
          Object.keys(ground).some((kind) => kind !== 'client' && kind !== 'between') || id === 'models/in-process-differs-from-http',
      )
      .map(({ id }) => id),
  );

const asUnsupported = (results: Report['results'], ids: ReadonlySet<string>): Report['results'] =>
  results.filter(({ scenario }) => ids.has(scenario)).map((result) => ({ ...result, verdict: 'unsupported' as const }));

const unjudged = ({ scenario, dialect, stream, verdict }: Report['results'][number]) => `${scenario} ${dialect} ${stream}: ${verdict}`;

describe('a target that gives every request the same answer passes nothing', () => {
  it.each([
    [404, 'text/plain', '404 page not found'],
    [404, 'application/json', ''],
    [200, 'application/json', '{}'],
    [200, 'text/html', '<!doctype html><title>Welcome</title>'],
    [200, 'text/event-stream', 'data: [DONE]\n\n'],
    [500, 'application/json', '{"detail":"Internal Server Error"}'],
  ])('%i %s %j', async (status, contentType, body) => {
    const report = await judge(status, contentType, body);
    expect(passes(report)).toEqual([]);
    expect(report.summary).toMatchObject({ pass: 0, exitCode: 1 });
    const { results } = report;
    expect(results.filter(({ verdict }) => verdict !== 'fail').map(unjudged)).toEqual(
      asUnsupported(results, await neverAsked()).map(unjudged),
    );
  });
});
