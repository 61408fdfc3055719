import { defineFeature, helloAnd, lookup } from './feature.ts';

export default defineFeature({
  id: 'tool-choice-auto',
  title: 'tool choice: auto',
  group: 'Tools',
  marks: ['lookup'],
  asks: helloAnd({
    'openai-chat': { ...lookup['openai-chat'], tool_choice: 'auto' },
    'openai-responses': { ...lookup['openai-responses'], tool_choice: 'auto' },
    'anthropic-messages': { ...lookup['anthropic-messages'], tool_choice: { type: 'auto' } },
    'gemini-generate': { ...lookup['gemini-generate'], toolConfig: { functionCallingConfig: { mode: 'AUTO' } } },
  }),
});
