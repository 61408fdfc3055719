import { expect, it } from 'vitest';

import { itemOf } from '../testing/baseline-item-of.ts';
import type { BaselineItem } from './baseline-item.ts';
import { whyUnasked } from './why-unasked.ts';

const { request } = itemOf('a/one');
const body = (text: string): Partial<BaselineItem> => ({ request: { ...request, body: Buffer.from(text) } });
const target = (text: string, method = 'GET', surface?: BaselineItem['surface']): Partial<BaselineItem> => {
  const { body: _body, ...rest } = request;
  return { surface, request: { ...rest, method, target: text } } as Partial<BaselineItem>;
};

it.each<[string, Partial<BaselineItem>, string | undefined]>([
  ['a question', {}, undefined],
  ['a refused question', { status: 404 }, undefined],
  ['the list of models', target('/v1/models'), undefined],
  ['embeddings', target('/v1/embeddings', 'POST'), undefined],
  ['a socket', { socket: true }, 'a WebSocket, which is not asked again'],
  ['silence', { status: undefined } as unknown as Partial<BaselineItem>, 'it had no answer'],
  ['a broken one', { deviates: true }, 'it breaks rules on purpose'],
  ['a limit', { status: 429 }, 'its 429 is of its moment: the same request is answered otherwise now'],
  ['an outage', { status: 529 }, 'its 529 is of its moment: the same request is answered otherwise now'],
  ['another key', { status: 401 }, 'its 401 is about the key it was asked with'],
  ['a removal', target('/v1/files/1', 'DELETE'), 'DELETE may change something there'],
  ['an upload', target('/v1/files', 'POST'), 'POST may change something there'],
  ['a stored answer', target('/v1/responses/resp_0123456789', 'GET'), 'it names an object that the upstream kept for its caller'],
  ['a second turn', body('{"previous_response_id": "resp_1"}'), 'it names an object that the upstream kept for its caller'],
  ['a first turn', body('{"previous_response_id": null}'), undefined],
  ['a key in the query', { redacted: [{ path: 'request.query.key', kind: 'credential' }] }, undefined],
  ['an account in a field', { redacted: [{ path: 'request.fields.openai-project', kind: 'account' }] }, undefined],
  [
    'an account in the body',
    { redacted: [{ path: 'request.body.user', kind: 'personal' }] },
    'its request.body.user is redacted (personal)',
  ],
  ['an account in the path', { redacted: [{ path: 'request.target', kind: 'account' }] }, 'its request.target is redacted (account)'],
  [
    'dropped content',
    { redacted: [{ path: 'request.body.messages[0].content', kind: 'content' }] },
    'what was said is not in the recording (--drop-content)',
  ],
])('%s', (_, more, because) => {
  expect(whyUnasked(itemOf('a/one', more))).toBe(because);
});
