import { expect, it } from 'vitest';

import { decodeRequest } from './request-decode.ts';

it('reads the settings that it shares with Chat Completions, and keeps the rest for that dialect', () => {
  const wire = {
    model: 'm',
    prompt: ['Say ok.'],
    max_tokens: 5,
    temperature: 0,
    top_p: 0.5,
    frequency_penalty: 1,
    presence_penalty: -1,
    seed: 7,
    stop: 'END',
    user: 'u',
    logit_bias: { 50: 1 },
    n: 1,
  };
  expect(decodeRequest(wire)).toStrictEqual({
    value: {
      model: 'm',
      stream: false,
      system: [],
      turns: [{ role: 'user', parts: [{ kind: 'text', text: 'Say ok.' }] }],
      tools: [],
      maxOutputTokens: 5,
      temperature: 0,
      topP: 0.5,
      frequencyPenalty: 1,
      presencePenalty: -1,
      seed: 7,
      stop: ['END'],
      user: 'u',
      wantsUsage: false,
      extensions: { 'openai-chat': { logit_bias: { 50: 1 } } },
    },
    losses: [],
  });
});
