import { exchange } from '#fixtures/catalogue';
import { describe, expect, it } from 'vitest';

import explain from './explain-account-refusals.ts';
import type { Failure } from './remedy.ts';

const failed = (id: string): Failure => {
  const { status, headers, chunks } = exchange(id).response;
  const credential = { id: 'a', provider: 'the-provider', baseUrl: 'https://upstream.invalid', secret: 's', fields: {} };
  return {
    provider: 'channel',
    model: 'm',
    requestedModel: 'm',
    operation: 'generate',
    credential,
    call: { path: '/', headers: {}, body: '{}', streams: false },
    now: 0,
    attemptId: 'one',
    status,
    headers,
    bodyText: chunks.map((chunk) => ('utf8' in chunk ? chunk.utf8 : '')).join(''),
    repeated: 1,
    modelRefusals: 0,
  };
};

const told = (id: string): unknown => {
  const failure = failed(id);
  return explain.onError?.({ status: failure.status, message: 'as said' }, failure);
};

const refused = "The upstream the-provider refused the proxy's own account: ";

describe('a refusal of the account', () => {
  it.each([
    ['antigravity/not-entitled', 403, 'it lacks a licence or subscription for this'],
    ['antigravity/verify-account', 403, 'a person has to verify it at https://accounts.google.com/signin/continue?sarp=1&scc=1'],
    ['antigravity/suspended', 403, 'it is suspended, and asking again will not help'],
    ['antigravity/not-permitted', 403, 'the upstream does not say why; licence, region and client are what it may be about'],
    ['codex/dead-token', 403, 'its token has expired or was revoked'],
    ['gemini-generate/dead-key', 400, 'its API key is not valid'],
  ])('is told as one: %s', (id, status, why) => {
    expect(told(id)).toEqual({ status, message: `${refused}${why}. It said: as said` });
  });

  it.each(['antigravity/challenged', 'antigravity/rate-limited', 'antigravity/invalid-temperature', 'iflow/model-not-supported'])(
    'is not what %s is',
    (id) => {
      expect(told(id)).toEqual({ status: exchange(id).response.status, message: 'as said' });
    },
  );
});
