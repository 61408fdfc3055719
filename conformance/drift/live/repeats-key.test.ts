import { gzipSync } from 'node:zlib';

import { expect, it } from 'vitest';

import { recorded, recordedAnswer } from '#fixtures/recordings/testing/recorded';

import { repeatsKey } from './repeats-key.ts';

const key = 'wp/live+key="of nobody"';

it.each([
  ['as it is', recordedAnswer({ pieces: [{ afterMs: 0, utf8: `no ${key}!` }] })],
  ['as in an address', recordedAnswer({ fields: [['Location', `https://api.example/?key=${encodeURIComponent(key)}`]] })],
  ['as in JSON', recordedAnswer({ pieces: [{ afterMs: 0, utf8: JSON.stringify({ error: key }) }] })],
  [
    'in pieces',
    recordedAnswer({
      pieces: [
        { afterMs: 0, utf8: key.slice(0, 5) },
        { afterMs: 0, utf8: key.slice(5) },
      ],
    }),
  ],
  [
    'encoded',
    recordedAnswer({
      fields: [['Content-Encoding', 'gzip']],
      pieces: [{ afterMs: 0, base64: gzipSync(key).toString('base64') }],
    }),
  ],
])('finds the key %s', async (_, answer) => {
  expect([await repeatsKey(recorded('a/one', {}, { answer }), key), await repeatsKey(recorded('a/one', {}), key)]).toEqual([true, false]);
});

it('takes no short word for a key', async () => {
  const answer = recordedAnswer({ pieces: [{ afterMs: 0, utf8: 'secret' }] });
  expect(await repeatsKey(recorded('a/one', {}, { answer }), 'secret')).toBe(false);
});
