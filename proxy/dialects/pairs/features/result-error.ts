import { defineFeature, resultOf } from './feature.ts';

export default defineFeature({
  id: 'result-error',
  title: 'tool result: the tool failed',
  group: 'Tools',
  marks: ['no-such-city'],
  asks: resultOf({
    'anthropic-messages': { content: 'no-such-city', is_error: true },
    'gemini-generate': { response: { error: 'no-such-city' } },
  }),
});
