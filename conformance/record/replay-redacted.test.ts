import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type AskedRequest, newMatcher } from '#fixtures/recordings/match';
import type { Recording } from '#fixtures/recordings/recording';
import { sealed } from '#fixtures/recordings/seal-recording';
import { recordedAnswer } from '#fixtures/recordings/testing/recorded';

import type { Captured } from './captured.ts';
import { makeRecording } from './make-recording.ts';
import { Placeholders } from './placeholders.ts';
import { Refusal } from './refusal.ts';

const target = '/v1/org-a1b2c3d4e5f6g7h8/chat?key=AIzaSyA-1234567890abcdefghijklmnopqrstu&limit=5';

const asked = (body: unknown, wanted = target): AskedRequest => ({
  method: 'POST',
  target: wanted,
  body: Buffer.from(JSON.stringify(body)),
  fields: [],
});

/** The request as the recorder writes it. */
const recordingOf = ({ method, target, body }: AskedRequest, dropContent: boolean): Recording => {
  const captured: Captured = { at: 0, request: { method, target, body, fields: [], whole: true } };
  const options = { upstream: 'https://api.example.com', tool: 'test', allowed: new Set<string>(), dropContent, keepOpen: true } as const;
  const { request, redactions, provenance } = makeRecording(
    { ...captured, spoiled: { by: 'client-left', detail: '' } },
    { ...options, placeholders: new Placeholders() },
  );
  return sealed({ schema: 'wireproof.recording/v1', id: 'a/one', provenance, redactions, request, answer: recordedAnswer() });
};

/** What cannot be redacted is not recorded. */
const recordingOrNone = (request: AskedRequest, dropContent: boolean): Recording | undefined => {
  try {
    return recordingOf(request, dropContent);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
};

const matches = (recording: Recording, request: AskedRequest): boolean =>
  'recording' in newMatcher([recording], { match: 'strict' }).take(request);

const secrets = [
  'sk-proj-abcdefghijklmnop1234',
  'jo.doe+x@mail.example.org',
  'j@b.co',
  'org-a1b2c3d4e5f6g7h8',
  'Bearer abc.def-123',
  'ghp_abcdefghijklmnopqrstuvwx12',
];
const secret = fc.constantFrom(...secrets);
const key = fc.constantFrom(
  'messages',
  'content',
  'text',
  'model',
  'api_key',
  'email',
  'organization',
  'project_id',
  'user_name',
  'n',
  'input',
);
const text = fc
  .tuple(fc.string({ maxLength: 12 }), fc.option(secret), fc.string({ unit: 'grapheme', maxLength: 12 }))
  .map(([before, value, after]) => `${before} ${value ?? ''} ${after}`);
const { body } = fc.letrec<{ body: unknown; value: unknown }>((tie) => ({
  body: fc.dictionary(key, tie('value'), { minKeys: 1, maxKeys: 5 }),
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    secret,
    tie('body'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}));

describe('a request that was recorded with redaction', () => {
  it.each([false, true])('is matched by the same request again, whatever was taken out of it (content too: %s)', (dropContent) => {
    let compared = 0;
    fc.assert(
      fc.property(body, (one) => {
        const recording = recordingOrNone(asked(one), dropContent);
        if (recording === undefined) return;
        compared += 1;
        expect(matches(recording, asked(one))).toBe(true);
      }),
      { numRuns: 300, seed: 20_261_123 },
    );
    expect(compared).toBeGreaterThan(200);
  });

  it.each([false, true])('is told beside another request without its secrets (content too: %s)', (dropContent) => {
    let told = 0;
    const values = secrets.map((one) => one.replace('Bearer ', ''));
    fc.assert(
      fc.property(body, body, (one, other) => {
        const recording = recordingOrNone(asked(one), dropContent);
        const matched = recording && newMatcher([recording], { match: 'strict' }).take(asked(other));
        if (matched === undefined || !('nearMiss' in matched)) return;
        told += 1;
        const { text, json } = matched.nearMiss;
        expect(values.filter((value) => text.includes(value) || JSON.stringify(json).includes(value))).toEqual([]);
      }),
      { numRuns: 300, seed: 20_261_123 },
    );
    expect(told).toBeGreaterThan(100);
  });

  it('is matched by one with other secrets, and not by one that says something else', () => {
    const said = { messages: [{ content: 'I am jo@example.org, my key is sk-proj-abcdefghijklmnop1234.' }], api_key: 'abc', n: 5 };
    const recording = recordingOf(asked(said), false);
    const other = { ...said, messages: [{ content: 'I am somebody@else.example, my key is another.' }], api_key: 'xyz' };
    const elsewhere = '/v1/org-zzzz/chat?limit=5&key=other';
    expect([matches(recording, asked(other, elsewhere)), recording.redactions.map(({ path, kind }) => `${path} ${kind}`)]).toEqual([
      true,
      [
        'request.body.api_key credential',
        'request.body.messages[].content personal',
        'request.body.messages[].content credential',
        'request.query.key credential',
        'request.target account',
      ],
    ]);
    const others = [
      asked({ ...said, messages: [{ content: 'You are jo@example.org, my key is sk-proj-abcdefghijklmnop1234.' }] }),
      asked({ ...said, n: 6 }),
      asked(said, target.replace('limit=5', 'limit=6')),
      asked(said, target.replace('/chat', '/chats')),
    ];
    expect(others.map((one) => matches(recording, one))).toEqual([false, false, false, false]);
  });
});
