import { describe, expect, it } from 'vitest';

import documented from '../personas/documented.ts';
import { classOf, isChallenge, isUsedUp, mayRotate } from './failure-class.ts';
import type { FailureClass } from './failure-class.ts';

const classed = (status: number, bodyText = '', headers = {}, deadKeyBody: 'credential' | 'request' = 'credential'): FailureClass =>
  classOf({ operation: 'generate', status, bodyText, headers }, { ...documented.routing, deadKeyBody });

const error = (fields: object): string => JSON.stringify({ error: { message: 'm', ...fields } });

const bodies = {
  empty: '',
  html: '<html><title>502 Bad Gateway</title></html>',
  plain: error({}),
  invalidRequest: error({ type: 'invalid_request_error' }),
  contextLength: error({ code: 'context_length_exceeded' }),
  authentication: error({ type: 'authentication_error' }),
  modelText: JSON.stringify({ detail: "The 'x' model is not supported when using Codex with a ChatGPT account." }),
  quotaText: error({ code: 'insufficient_quota', message: 'Free allocated quota exceeded.' }),
  tokenText: JSON.stringify({ message: 'The bearer token included in the request is invalid.' }),
  googleKey: error({ status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] }),
  invalidGrant: '{"error":"invalid_grant"}',
} as const;
type Body = keyof typeof bodies;

/** What each status is with a body that says nothing, and the bodies that make something else of it. */
const table: Readonly<Record<number, { readonly usual: FailureClass } & { readonly [body in Body]?: FailureClass }>> = {
  302: { usual: 'unavailable', invalidRequest: 'request-fault', contextLength: 'request-fault' },
  400: { usual: 'request-fault', modelText: 'model-refused', googleKey: 'unauthorized', invalidGrant: 'unauthorized' },
  401: { usual: 'unauthorized' },
  402: { usual: 'forbidden' },
  403: {
    usual: 'forbidden',
    invalidRequest: 'request-fault',
    contextLength: 'request-fault',
    quotaText: 'quota',
    tokenText: 'unauthorized',
  },
  404: { usual: 'model-refused' },
  405: { usual: 'other', invalidRequest: 'request-fault', contextLength: 'request-fault' },
  406: { usual: 'other', invalidRequest: 'request-fault', contextLength: 'request-fault' },
  408: { usual: 'unavailable', invalidRequest: 'request-fault', contextLength: 'request-fault' },
  409: { usual: 'request-fault' },
  413: { usual: 'request-fault' },
  422: { usual: 'request-fault', modelText: 'model-refused' },
  429: { usual: 'quota' },
  500: { usual: 'unavailable', invalidRequest: 'request-fault', contextLength: 'request-fault' },
  502: { usual: 'unavailable', invalidRequest: 'request-fault', contextLength: 'request-fault' },
  503: { usual: 'unavailable', invalidRequest: 'request-fault', contextLength: 'request-fault' },
  504: { usual: 'unavailable', invalidRequest: 'request-fault', contextLength: 'request-fault' },
  529: { usual: 'unavailable', invalidRequest: 'request-fault', contextLength: 'request-fault' },
};

describe('classOf', () => {
  it.each(
    Object.entries(table).flatMap(([status, row]) =>
      (Object.keys(bodies) as Body[]).map((body) => [Number(status), body, row[body] ?? row.usual] as const),
    ),
  )('%i with %s is %s', (status, body, expected) => {
    expect(classed(status, bodies[body])).toBe(expected);
  });

  it("takes OpenAI's answer to a dead key for the request's fault only where a build does", () => {
    const openAi = error({ type: 'invalid_request_error', code: 'invalid_api_key' });
    expect([classed(401, openAi), classed(401, openAi, {}, 'request'), classed(401, bodies.authentication, {}, 'request')]).toEqual([
      'unauthorized',
      'request-fault',
      'unauthorized',
    ]);
  });

  it.each([
    [403, '', { 'cf-mitigated': 'challenge' }],
    [503, '<html><head><title>Just a moment...</title></head></html>', {}],
    [403, '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate"></script>', {}],
  ])('sees a challenge page: %i %s', (status, bodyText, headers) => {
    expect([isChallenge({ status, bodyText, headers }), classed(status, bodyText, headers)]).toEqual([true, 'quota']);
  });

  it('rotates for what another credential may do better', () => {
    const classes = ['model-refused', 'request-fault', 'unauthorized', 'forbidden', 'quota', 'unavailable', 'other'] as const;
    expect(classes.filter(mayRotate)).toEqual(['model-refused', 'unauthorized', 'forbidden', 'quota', 'unavailable']);
  });
});

describe('isUsedUp', () => {
  const google = (quotaId: string): string =>
    JSON.stringify({ error: { code: 429, status: 'RESOURCE_EXHAUSTED', details: [{ violations: [{ quotaId }] }] } });

  it.each([
    [429, bodies.quotaText],
    [403, bodies.quotaText],
    [429, error({ message: 'Free allocated quota exceeded.' })],
    [403, error({ type: 'AllocationQuota.FreeTierOnly' })],
    [429, error({ type: 'usage_limit_reached' })],
    [429, google('GenerateRequestsPerDayPerProjectPerModel-FreeTier')],
    [429, JSON.stringify({ error: { details: [{ reason: 'QUOTA_EXHAUSTED' }] } })],
  ])('%i %s: an allowance', (status, bodyText) => expect(isUsedUp({ status, bodyText })).toBe(true));

  it.each([
    [429, bodies.empty],
    [429, error({ code: 'rate_limit_exceeded' })],
    [429, error({ message: "Quota exceeded for quota metric 'requests' per minute." })],
    [429, google('GenerateRequestsPerMinutePerProjectPerModel')],
    [403, bodies.plain],
    [400, bodies.quotaText],
    [500, bodies.quotaText],
  ])('%i %s: something else', (status, bodyText) => expect(isUsedUp({ status, bodyText })).toBe(false));
});
