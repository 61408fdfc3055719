import { describe, expect, it } from 'vitest';

import type { UpstreamCall } from '#fixtures/upstreams/mock-upstream';
import { CLIENT_KEY } from '#scenarios/kit/probe';

import { showing, withClientKey, withoutClientKey } from './shown-key.ts';

const key = 'a-client-key/with=$&signs';
const asWanted = { path: '/v1beta/models?alt=sse', headers: { 'x-api-key': key, 'x-route': 'east' } };

describe('showing', () => {
  it('leaves a request alone whose step says nothing of a key', () => {
    expect(showing(undefined, key, asWanted)).toBe(asWanted);
  });

  it('takes the key away, and nothing else, when none shall be shown', () => {
    expect(showing({}, key, asWanted)).toEqual({ path: '/v1beta/models?alt=sse', headers: { 'x-route': 'east' } });
  });

  it('puts the key where the step wants it, and nowhere else', () => {
    const shown = showing({ headers: { authorization: `Bearer ${CLIENT_KEY}` }, query: { key: CLIENT_KEY } }, key, asWanted);
    expect(shown).toEqual({
      path: '/v1beta/models?alt=sse&key=a-client-key%2Fwith%3D%24%26signs',
      headers: { 'x-route': 'east', authorization: `Bearer ${key}` },
    });
  });

  it('leaves out what needs a key when the run has none, and keeps made-up keys', () => {
    const shown = showing({ headers: { 'x-api-key': CLIENT_KEY, authorization: 'Bearer made-up' } }, undefined, {
      path: '/v1/models',
      headers: {},
    });
    expect(shown).toEqual({ path: '/v1/models', headers: { authorization: 'Bearer made-up' } });
  });
});

const call: UpstreamCall = {
  surface: 'openai-chat',
  operation: 'generate',
  stream: false,
  method: 'POST',
  path: '/chat/completions',
  query: '',
  headers: { authorization: 'Bearer of-the-proxy' },
  bodyBytes: Buffer.from('{}'),
  wireBytes: 2,
  body: {},
  jsonError: undefined,
  token: 'wpt_0000000000000001',
  at: 1,
  callIndex: 0,
};

describe('withoutClientKey', () => {
  it('gives a call back as it is when the key is not in it, or is too short to be told from text', () => {
    expect(withoutClientKey(call, key)).toBe(call);
    expect(withoutClientKey(call, undefined)).toBe(call);
    expect(withoutClientKey(call, 'proxy')).toBe(call);
  });

  it('puts the placeholder in headers and query, also where the key is percent-encoded', () => {
    const leaking = { ...call, query: `?key=${encodeURIComponent(key)}`, headers: { ...call.headers, 'x-forwarded-key': `<${key}>` } };
    expect(withoutClientKey(leaking, key)).toEqual({
      ...call,
      query: `?key=${CLIENT_KEY}`,
      headers: { authorization: 'Bearer of-the-proxy', 'x-forwarded-key': `<${CLIENT_KEY}>` },
    });
  });
});

describe('withClientKey', () => {
  it('fills the placeholder in at any depth and leaves other values alone', () => {
    const config = { 'api-keys': ['other', CLIENT_KEY], port: 0, nested: { key: CLIENT_KEY, none: null } };
    expect(withClientKey(config, key)).toEqual({ 'api-keys': ['other', key], port: 0, nested: { key, none: null } });
  });
});
