import { expect, it } from 'vitest';

import type { Turn, UserPart } from '../../ir/chat.ts';
import { withTakenCallIds } from './call-ids.ts';

const round = (...ids: readonly string[]): readonly Turn[] => [
  { role: 'assistant', parts: ids.map((id) => ({ kind: 'tool-call', id, name: 'run', arguments: '{}' })) },
  {
    role: 'user',
    parts: ids.map((callId): UserPart => ({ kind: 'tool-result', callId, output: { form: 'text', text: 'ok' }, isError: false })),
  },
];

it('gives calls and their results ids that Anthropic takes', () => {
  expect(withTakenCallIds(round('call.custom:1', 'toolu_01-a'))).toEqual(round('call_custom_1', 'toolu_01-a'));
});

it('keeps two calls apart', () => {
  expect(withTakenCallIds(round('a.b', 'a:b', 'a_b', '', 'é'))).toEqual(round('a_b_2', 'a_b_3', 'a_b', 'call', '_'));
});

it('leaves everything else alone', () => {
  const turns: readonly Turn[] = [{ role: 'user', parts: [{ kind: 'text', text: 'a.b' }] }, ...round('call_1')];
  expect(withTakenCallIds(turns)).toBe(turns);
});
