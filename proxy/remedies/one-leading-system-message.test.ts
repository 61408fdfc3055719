import { describe, expect, it } from 'vitest';

import remedy from './one-leading-system-message.ts';
import { textOf } from '../json/json-body.ts';
import type { Attempt } from './remedy.ts';

const attempt = (body: string, more: Partial<Attempt> = {}): Attempt => ({
  provider: 'qwen',
  model: 'm',
  requestedModel: 'm',
  operation: 'generate',
  credential: { id: 'c', provider: 'qwen', baseUrl: 'http://x', secret: 's', fields: {} },
  call: { path: '/chat/completions', headers: { a: 'b' }, body, streams: false },
  now: 0,
  attemptId: '1',
  ...more,
});

const sent = (body: string, more: Partial<Attempt> = {}): string => textOf(remedy.onAttempt?.(attempt(body, more)).body ?? '');

const user = { role: 'user', content: 'Hi.' };
const part = (text: string) => ({ type: 'text', text });
const asked = (...messages: readonly object[]): string => JSON.stringify({ n: 1, messages, stream: true });
const empty = { role: 'system', content: [part('')] };

describe('one-leading-system-message', () => {
  it.each([
    ['none', asked(user), asked(empty, user)],
    [
      'several',
      asked({ role: 'system', content: 'a' }, user, { role: 'developer', content: [part('b')] }),
      asked({ role: 'system', content: [part('a'), part('b')] }, user),
    ],
    ['one that is not in front', asked(user, { role: 'system', content: 'a' }), asked({ role: 'system', content: [part('a')] }, user)],
    ['one without words', asked(user, { role: 'system', content: null }), asked(empty, user)],
  ])('joins instructions in front: %s', (_about, body, expected) => {
    expect(JSON.parse(sent(body))).toEqual(JSON.parse(expected));
  });

  it.each([
    ['one in front', asked({ role: 'system', content: 'a' }, user)],
    ['no JSON', '{"messages": ['],
    ['no list', '{"messages": 1.0}'],
    ['nothing', 'null'],
  ])('leaves every byte of the rest: %s', (_about, body) => expect(sent(body)).toBe(body));

  it('is for Qwen’s answers only', () => {
    expect([sent(asked(user), { provider: 'iflow' }), sent(asked(user), { operation: 'count-tokens' })]).toEqual([
      asked(user),
      asked(user),
    ]);
  });
});
