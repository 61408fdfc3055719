import { describe, expect, it } from 'vitest';

import { Placeholders } from './placeholders.ts';
import type { RedactContext } from './redact-body.ts';
import { redactFields } from './redact-fields.ts';
import { redactTarget } from './redact-target.ts';
import { Redactions } from './redactions.ts';

const newContext = (dropContent = false): RedactContext => ({
  placeholders: new Placeholders(),
  redactions: new Redactions(),
  dropContent,
});

/** What becomes of a target, and what is listed; it stays as long as it was. */
const redact = (target: string, dropContent = false): readonly string[] => {
  const context = newContext(dropContent);
  const redacted = redactTarget(target, context);
  expect(redacted).toHaveLength(target.length);
  return [redacted, ...context.redactions.list().map(({ path, kind }) => `${path} ${kind}`)];
};

describe('a path', () => {
  it.each([
    ['escaped', '/models/anna%40firma.de/x', '/models/personal-1-x-x-/x'],
    ['escaped twice', '/models/anna%2540firma.de', '/models/personal-1-x-x-x-'],
    ['half escaped', '/models/%61nna@firma.de', '/models/personal-1-x-x-'],
    ['plain, in a part', '/models/to:anna@firma.de', '/models/to:personal-1-x-'],
    ['plain, behind an escape that is none', '/%zz/%/anna@firma.de', '/%zz/%/personal-1-x-'],
  ])('loses an address that is %s', (_what, target, redacted) => {
    expect(redact(target)).toEqual([redacted, 'request.target personal']);
  });

  it.each([
    [
      '/v1/projects/kundenprojekt-4711/locations/eu/publishers/google/models/gemini:generateContent',
      '/v1/projects/redacted-account-1/locations/eu/publishers/google/models/gemini:generateContent',
    ],
    ['/organizations/acme/users', '/organizations/xxx0/users'],
    ['/accounts/0123456789abcdef/ai/run/@cf/meta/llama', '/accounts/account-1-x-x-x-/ai/run/@cf/meta/llama'],
    ['/subscriptions/0a-0b/tenants/a%20b%20c', '/subscriptions/xxxx0/tenants/account-2'],
    ['/projects/my-project:predict', '/projects/account-1-:predict'],
    ['/projects/example.com:project', '/projects/redacted-account-1-'],
  ])('loses the names of accounts: %s', (target, redacted) => {
    expect(redact(target)).toEqual([redacted, 'request.target account']);
  });

  it('keeps models, deployments, words of the API, and escapes that hide nothing', () => {
    const targets = ['/models/NAME:generateContent', '/openai/deployments/NAME/chat', '/organizations/users/me', '/projects', '/projects/'];
    for (const target of [...targets, '/files/a%20b%2Fc', '/accounts/me/x', '/projects/-/x']) expect(redact(target)).toEqual([target]);
  });
});

describe('a query', () => {
  it.each([
    ['by look behind escapes', '/x?contact=max%40firma.de', '/x?contact=personal-1-x-x', 'request.query.contact personal'],
    [
      'by look in an address',
      '/x?next=https%3A%2F%2Fx%3Fto%3Dsk%2Dproj%2D4f9c27e1b05d48a3',
      '/x?next=redacted-credential-1-x-x-x-x-x-x-x-x-x-x-x-x-x-x-x',
      'request.query.next credential',
    ],
    ['by name in an address', '/x?next=%2Fy%3Ftoken%3Dabc', '/x?next=credential-1-x-x-x', 'request.query.next credential'],
    ['by an escaped name', '/x?user%5Fname=anna', '/x?user%5Fname=xxx0', 'request.query.user%5Fname personal'],
    ['without a name', '/x?anna@firma.de', '/x?personal-1-x-', 'request.query personal'],
    ['in a name', '/x?anna%40firma.de=1', '/x?personal-1-x-x-=1', 'request.query personal'],
    ['of a gateway', '/x?subscription-key=0123456789', '/x?subscription-key=xxxxxxxxx0', 'request.query.subscription-key credential'],
    ['of a signature', '/x?X-Amz-Signature=0123&n=1', '/x?X-Amz-Signature=xxx0&n=1', 'request.query.X-Amz-Signature credential'],
    ['of a token', '/x?X-Amz-Security-Token=0123', '/x?X-Amz-Security-Token=xxx0', 'request.query.X-Amz-Security-Token credential'],
  ])('loses a value that is found %s', (_what, target, redacted, listed) => {
    expect(redact(target)).toEqual([redacted, listed]);
  });

  it('keeps what has a malformed escape', () => {
    expect(redact('/x?a=%&b=%zz&c=100%25&d')).toEqual(['/x?a=%&b=%zz&c=100%25&d']);
  });

  it('keeps parameters of the APIs only, when content is dropped', () => {
    expect(redact('/x?alt=sse&q=Anna%20S&api-version=2024-10-21&pageSize=5&model=m&Anna', true)).toEqual([
      '/x?alt=sse&q=xxxxxxxx&api-version=2024-10-21&pageSize=5&model=m&xxxx',
      'request.query content',
      'request.query.q content',
    ]);
  });
});

describe('header fields', () => {
  it('lose keys of gateways, what is allowed and named so, and what escapes hide', () => {
    const fields = [
      ['Ocp-Apim-Subscription-Key', '0123456789abcdef'],
      ['x-goog-api-key', 'abcd'],
      ['X-Amz-Security-Token', 'abcdefgh'],
      ['Location', '/x?email=anna%40firma.de'],
      ['Content-Type', 'multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gWx'],
    ] as const;
    const context = { ...newContext(), allowed: new Set(['x-amz-security-token']) };
    expect(redactFields(fields, 'request.fields', context)).toEqual([
      ['Ocp-Apim-Subscription-Key', 'credential-1-x-x'],
      ['x-goog-api-key', 'xxx0'],
      ['X-Amz-Security-Token', 'xxxxxxx0'],
      ['Location', '/x?email=personal-1-x-x-'],
      fields[4],
    ]);
  });

  it.each([
    [
      'Location',
      'https://u:hunter2@localhost/cb?code=abc&page=2#access_token=short12345',
      'https://redacted-personal-1/cb?code=xx0&page=2#access_token=xxxxxxxxx0',
    ],
    ['Location', '/v1/projects/kundenprojekt/x#top', '/v1/projects/account-1-x-x/x#top'],
    [
      'Link',
      '<https://a.example/x?page=2&sig=a%2Fb>; rel="next", </y?token=ab>; rel="z"',
      '<https://a.example/x?page=2&sig=xxxx0>; rel="next", </y?token=x0>; rel="z"',
    ],
  ])('lose what lets in by an address: %s %s', (name, value, redacted) => {
    const [field] = redactFields([[name, value]], 'answer.fields', { ...newContext(), allowed: new Set() });
    expect(field).toEqual([name, redacted]);
    expect(redacted).toHaveLength(value.length);
  });

  it('lose a key among the protocols of a socket', () => {
    const value = 'realtime, openai-insecure-api-key.hunter2, openai-beta.realtime-v1';
    expect(redactFields([['Sec-WebSocket-Protocol', value]], 'request.fields', { ...newContext(), allowed: new Set() })).toEqual([
      ['Sec-WebSocket-Protocol', value.replace('hunter2', 'xxxxxx0')],
    ]);
  });
});
