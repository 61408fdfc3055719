import { defineFeature, resultOf } from './feature.ts';

export default defineFeature({
  id: 'result-missing',
  title: 'tool result: nothing at all',
  group: 'Tools',
  remedy: 'sparse-tool-result',
  marks: ['c1'],
  asks: resultOf({ 'openai-chat': {}, 'openai-responses': {}, 'anthropic-messages': {}, 'gemini-generate': {} }),
});
