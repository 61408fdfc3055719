import { expect, it } from 'vitest';

import { bytesOf } from '#fixtures/recordings/recorded-bytes';

import type { Captured } from '../record/captured.ts';
import { wholeAnswer } from '../record/testing/whole-answer.ts';
import { recordedSet } from './make-set.ts';
import type { RecordedCall } from './recorded-call.ts';

const token = 'wpt_0123456789abcdef';

const call = (text: string, begun: Pick<Captured, 'at' | 'before'>, target = '/v1/chat/completions', status = 200): RecordedCall => ({
  token,
  surface: 'openai-chat',
  captured: {
    ...begun,
    request: { method: 'POST', target, fields: [], body: Buffer.from(token), whole: true },
    answer: wholeAnswer(text, { status }),
  },
});

it('numbers calls as they began, not as they ended', () => {
  const set = recordedSet(
    [
      call('fourth', { at: 2, before: 1 }),
      call('third', { at: 1, before: 5 }),
      call('second', { at: 1, before: 4 }),
      call('first', { at: 0, before: 7 }),
    ],
    'wireproof 0.0.0',
  );
  const said = [...set.recordings].map(({ id, answer }) => [id.slice(-1), answer?.pieces.map((piece) => bytesOf(piece).toString())]);
  expect(said).toEqual([
    ['0', ['first']],
    ['1', ['second']],
    ['2', ['third']],
    ['3', ['fourth']],
  ]);
});

it('tells of what could not be read, and of no key in a path', () => {
  const set = recordedSet([call('ok', { at: 0 }, '/v1/sk-abcdefghijklmnopqrstuv/chat?key=1', 999)], 'wireproof 0.0.0');
  expect([...set.recordings]).toEqual([]);
  expect(set.notSaved).toEqual([
    {
      token,
      method: 'POST',
      path: '/v1/(not shown)/chat',
      code: 'cannot-say',
      detail: expect.stringContaining('answer.status: '),
    },
  ]);
});
