import { describe, expect, it } from 'vitest';

import { probe } from './conversation.ts';
import { says } from './readings.ts';
import type { CallerSight } from './sight.ts';

const answered = (text: string, finish: string, live: boolean): CallerSight => {
  const json = { object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finish }] };
  return {
    probe: probe({ dialect: 'openai-chat', path: '/v1/chat/completions' }),
    token: 'wpt_0123456789abcdef',
    status: 200,
    headers: { 'content-type': 'application/json' },
    bodyText: JSON.stringify(json),
    json,
    events: [],
    end: 'complete',
    sentBytes: 0,
    durationMs: 1,
    ...(live && { live }),
  };
};

describe('what an answer says', () => {
  it('is exactly what the upstream was scripted to say', () => {
    expect(says(answered('Wireproof says ok.', 'stop', false), 'Wireproof says ok.').kind).toBe('holds');
    expect(says(answered('Ok.', 'stop', false), 'Wireproof says ok.')).toEqual({
      kind: 'deviates',
      expected: 'Wireproof says ok.',
      actual: 'Ok.',
    });
  });

  it('is anything at all from a live model, which may have been cut before its first word', () => {
    expect(says(answered('Ok.', 'stop', true), 'Wireproof says ok.').kind).toBe('holds');
    expect(says(answered('', 'length', true), 'Wireproof says ok.').kind).toBe('holds');
    expect(says(answered(' ', 'stop', true), 'Wireproof says ok.').kind).toBe('deviates');
  });
});
