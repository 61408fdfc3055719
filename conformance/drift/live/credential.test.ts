import { describe, expect, it } from 'vitest';

import { itemOf } from '../testing/baseline-item-of.ts';
import type { BaselineItem } from './baseline-item.ts';
import { withCredential } from './credential.ts';

const { request } = itemOf('a/one');
const withFields = (surface: BaselineItem['surface'], ...fields: [string, string][]): BaselineItem =>
  itemOf('a/one', { ...(surface !== undefined && { surface }), request: { ...request, fields } });

describe('withCredential', () => {
  it.each<[string, BaselineItem, readonly (readonly [string, string])[]]>([
    ['the vendor’s own place', withFields('openai-chat'), [['authorization', 'Bearer k']]],
    ['that of Anthropic', withFields('anthropic-messages'), [['x-api-key', 'k']]],
    ['that of Gemini', withFields('gemini-generate'), [['x-goog-api-key', 'k']]],
    ['the recorded place', withFields('openai-chat', ['Api-Key', 'redacted-credential-1']), [['api-key', 'k']]],
    ['a token where keys are usual', withFields('anthropic-messages', ['authorization', 'Bearer x']), [['authorization', 'Bearer k']]],
    ['the vendor’s own of two', withFields('anthropic-messages', ['authorization', 'Bearer x'], ['x-api-key', 'x']), [['x-api-key', 'k']]],
    ['never the key of a proxy on the way', withFields('openai-chat', ['proxy-authorization', 'Basic x']), [['authorization', 'Bearer k']]],
  ])('puts the key to %s', (_, item, fields) => {
    expect(withCredential(item, 'k').fields).toEqual(fields);
  });

  it('keeps what belongs to the question and leaves out what belonged to its moment', () => {
    const item = withFields(
      'openai-chat',
      ['Host', 'api.openai.com'],
      ['Content-Length', '3'],
      ['OpenAI-Beta', 'assistants=v2'],
      ['Content-Encoding', 'gzip'],
      ['Idempotency-Key', 'once'],
      ['Accept-Encoding', 'gzip'],
      ['OpenAI-Organization', 'redacted-account-1'],
      ['User-Agent', 'personal-1'],
    );
    const redacted = [{ path: 'request.fields.user-agent', kind: 'personal' }];
    expect(withCredential({ ...item, redacted }, undefined).fields).toEqual([
      ['OpenAI-Beta', 'assistants=v2'],
      ['Content-Encoding', 'gzip'],
    ]);
  });

  it('puts it into the query where it was there, and nowhere else', () => {
    const target = '/v1beta/models/g:generateContent?alt=sse&key=redacted-credential-1';
    const item = itemOf('a/one', { surface: 'gemini-generate', request: { ...request, target, fields: [] } });
    expect([withCredential(item, 'a&b'), withCredential(item, undefined)].map((one) => [one.target, one.fields])).toEqual([
      ['/v1beta/models/g:generateContent?alt=sse&key=a%26b', []],
      ['/v1beta/models/g:generateContent?alt=sse', []],
    ]);
  });
});
