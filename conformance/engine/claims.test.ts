import { describe, expect, it } from 'vitest';

import type { Cell } from '#scenarios/kit/cell';
import type { Probe } from '#scenarios/kit/probe';
import type { FullSight } from '#scenarios/kit/sight';

import { claimSigns, contradictions, type ClaimSign } from './claims.ts';

const cell: Cell = { client: 'openai-responses', upstream: 'openai-responses', stream: false };

const seen = (probe: Partial<Probe>, answer: Partial<FullSight>): FullSight => ({
  probe: {
    dialect: 'openai-responses',
    method: 'POST',
    path: '/v1/responses',
    headers: {},
    stream: false,
    encoding: 'identity',
    framing: 'content-length',
    timeoutMs: 1_000,
    after: [],
    maxOutputTokens: 1,
    ...probe,
  },
  token: 'wpt_0000000000000001',
  status: 200,
  headers: { 'content-type': 'application/json' },
  bodyText: '{}',
  json: {},
  events: [],
  end: 'complete',
  sentBytes: 2,
  durationMs: 1,
  upstreamCalls: [],
  logs: undefined,
  ...answer,
});

const brief = (probe: Partial<Probe>, answer: Partial<FullSight>): readonly string[] =>
  claimSigns([seen(probe, answer)], cell).map(({ claim, holds }) => `${claim} ${holds ? 'holds' : 'is contradicted'}`);

describe('what an answer says about a claim', () => {
  it('404, 405 or 501 to the path of the dialect: there is no such endpoint', () => {
    expect(brief({}, { status: 404, bodyText: 'Not Found' })).toEqual(['client:openai-responses is contradicted']);
    expect(brief({}, { status: 405 })).toEqual(['client:openai-responses is contradicted']);
    expect(brief({}, { status: 501, bodyText: 'no' })).toEqual(['client:openai-responses is contradicted']);
  });

  it('a 404 about the model, a 404 that the upstream may have given, and any other status: there is one', () => {
    const asked = [{}] as unknown as FullSight['upstreamCalls'];
    expect(brief({}, { status: 404, bodyText: '{"error":"unknown model m"}' })).toEqual(['client:openai-responses holds']);
    expect(brief({}, { status: 404, bodyText: '', upstreamCalls: asked })).toEqual(['client:openai-responses holds']);
    expect(brief({}, { status: 500 })).toEqual(['client:openai-responses holds']);
  });

  it('an answer without a key, a stream that is none, a refused encoding, and endpoints of their own', () => {
    expect(brief({ path: '/v1/x', credential: {} }, {})).toEqual(['client-keys is contradicted']);
    expect(brief({ path: '/v1/x', credential: {} }, { status: 401 })).toEqual(['client-keys holds']);
    expect(brief({ method: 'GET', path: '/health', credential: {} }, {})).toEqual([]);
    expect(brief({ path: '/x', stream: true }, {})).toEqual(['stream is contradicted']);
    expect(brief({ path: '/x', stream: true }, { headers: { 'content-type': 'Text/Event-Stream; charset=utf-8' } })).toEqual([
      'stream holds',
    ]);
    expect(brief({ path: '/x', encoding: 'gzip' }, { status: 415 })).toEqual(['gzip-requests is contradicted']);
    expect(brief({ path: '/v1/responses/compact' }, { status: 404, bodyText: '' })).toEqual(['compact is contradicted']);
    expect(brief({ method: 'GET', path: '/v1/models' }, { status: 404, bodyText: '' })).toEqual(['model-registry is contradicted']);
    expect(brief({ method: 'GET', path: '/v1/metrics/providers' }, {})).toEqual(['provider-metrics holds']);
  });

  it('nothing, when there was no answer', () => {
    expect(brief({ credential: {}, encoding: 'gzip' }, { status: 0 })).toEqual([]);
  });
});

describe('claims that a run contradicts', () => {
  const sign = (claim: string, holds: boolean): ClaimSign => ({ claim, holds, because: `${claim} was ${holds ? 'seen' : 'not there'}` });
  const known = { reason: 'a reason', owner: 'me', expires: '2030-01-01' };
  const claims = new Set(['stream', 'compact']);

  it('are those that some answer speaks against and none for', () => {
    const witnesses = [
      { record: {}, signs: [sign('stream', false), sign('compact', false)] },
      { record: {}, signs: [sign('compact', false), sign('client-keys', false)] },
      { record: {}, signs: [sign('stream', true)] },
      { record: {} },
    ];
    expect(contradictions(claims, witnesses)).toEqual({
      claims: [{ claim: 'compact', because: 'compact was not there', results: 2 }],
      unexpected: true,
    });
    expect(contradictions(new Set(), witnesses)).toEqual({ claims: [], unexpected: false });
  });

  it('are expected when a baseline entry covers every result that shows them', () => {
    const covered = { record: { knownFailure: known }, signs: [sign('compact', false)] };
    expect(contradictions(claims, [covered]).unexpected).toBe(false);
    expect(contradictions(claims, [covered, { record: {}, signs: [sign('compact', false)] }]).unexpected).toBe(true);
  });
});
