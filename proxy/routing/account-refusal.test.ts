import { exchange } from '#fixtures/catalogue';
import { describe, expect, it } from 'vitest';

import { accountRefusalOf, reasonIn } from './account-refusal.ts';
import type { Classified } from './failure-class.ts';

const said = (status: number, body: unknown): Classified => ({
  operation: 'generate',
  status,
  headers: {},
  bodyText: typeof body === 'string' ? body : JSON.stringify(body),
});

const played = (id: string): Classified => {
  const { status, headers, chunks } = exchange(id).response;
  const bodyText = chunks.map((chunk) => ('utf8' in chunk ? chunk.utf8 : '')).join('');
  return { ...said(status, bodyText), headers };
};

const forbidden = (message: string): Classified => said(403, { error: { message } });

describe('why an account is refused', () => {
  it.each([
    ['antigravity/not-entitled', { kind: 'licence' }],
    ['antigravity/verify-account', { kind: 'verification', url: 'https://accounts.google.com/signin/continue?sarp=1&scc=1' }],
    ['antigravity/suspended', { kind: 'suspended' }],
    ['antigravity/not-permitted', { kind: 'unsaid' }],
    ['anthropic-messages/not-entitled', { kind: 'unsaid' }],
    ['codex/dead-token', { kind: 'dead-token' }],
    ['gemini-generate/dead-key', { kind: 'dead-key' }],
  ])('is read from %s', (id, refusal) => {
    expect(accountRefusalOf(played(id))).toEqual(refusal);
  });

  it.each([
    ['To continue, verify your account at https://example.com/x', { kind: 'verification' }],
    ['Your account is not eligible for Gemini Code Assist for individuals.', { kind: 'ineligible' }],
    ['Account suspended', { kind: 'suspended' }],
  ])('is read from the words "%s"', (message, refusal) => {
    expect(accountRefusalOf(forbidden(message))).toEqual(refusal);
  });

  it.each([
    ['javascript:alert(1)'],
    ['http://plain.example/'],
    ['https://example.com/"><script>'],
    [`https://example.com/${'x'.repeat(2_000)}`],
    [{ nested: true }],
  ])('names no address that nobody should open: %j', (validation_url) => {
    const details = [{ reason: 'VALIDATION_REQUIRED', metadata: { validation_url } }];
    expect(accountRefusalOf(said(403, { error: { message: 'Verify.', details } }))).toEqual({ kind: 'verification' });
  });

  it.each([
    ['a challenge page', played('antigravity/challenged')],
    ['a page of whoever stands in front', said(403, '<html><title>403 Forbidden</title></html>')],
    ['a quota', said(403, { error: { message: 'Free allocated quota exceeded.' } })],
    ['a model', said(403, { error: { message: 'No access.', code: 'model_not_found' } })],
    ['a fault of the request', said(400, { error: { message: 'Verify your account', status: 'INVALID_ARGUMENT' } })],
    ['another status', said(401, { error: { message: 'API key not valid' } })],
  ])('is not asked of %s', (_what, refusal) => {
    expect(accountRefusalOf(refusal)).toBeUndefined();
  });
});

describe('the reason that a vendor files a 403 under', () => {
  it('is in its details', () => {
    expect(reasonIn(played('antigravity/not-entitled'))).toBe('SUBSCRIPTION_REQUIRED');
  });

  it.each([
    ['codex/dead-token', played('codex/dead-token')],
    ['an error without details', forbidden('no')],
    ['another status', said(429, { error: { details: [{ reason: 'RATE_LIMIT_EXCEEDED' }] } })],
  ])('is absent from %s', (_what, refusal) => {
    expect(reasonIn(refusal)).toBeUndefined();
  });
});
