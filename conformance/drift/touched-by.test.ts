import { expect, it } from 'vitest';

import { touchedBy } from './touched-by.ts';

const others = ['anthropic-messages', 'gemini-generate', 'openai-responses'];

it('says what the dialect does with a field and whom it reaches', () => {
  expect([
    touchedBy('openai-chat', 'body.choices[].message.content'),
    touchedBy('openai-chat', 'body.choices[].message.annotations'),
  ]).toEqual([
    { dialect: 'openai-chat', reads: true, writes: true, reaches: others },
    { dialect: 'openai-chat', reads: false, writes: false, reaches: [] },
  ]);
});

it('knows surfaces by the dialect that reads them, and takes envelopes off', () => {
  expect([
    touchedBy('iflow', 'body.choices[].message.content')?.dialect,
    touchedBy('antigravity', 'events[chunk].response.candidates')?.reads,
    touchedBy('gemini-generate', 'events[chunk].candidates')?.reads,
  ]).toEqual(['openai-chat', true, true]);
});

it('takes a type of object that nobody has seen for one of those that were', () => {
  expect(touchedBy('anthropic-messages', 'body.error[type=tired_error].message')?.reads).toBe(true);
});

it('says nothing of fields that nobody tried, of other paths, and of upstreams that nobody knows', () => {
  expect([touchedBy('openai-chat', 'body.moderation'), touchedBy('openai-chat', 'status'), touchedBy('unknown', 'body.choices')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
