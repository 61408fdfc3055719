import { defineFeature, helloAnd, lookup } from './feature.ts';

export default defineFeature({
  id: 'tool-choice-none',
  title: 'tool choice: none',
  group: 'Tools',
  marks: ['lookup'],
  asks: helloAnd({
    'openai-chat': { ...lookup['openai-chat'], tool_choice: 'none' },
    'openai-responses': { ...lookup['openai-responses'], tool_choice: 'none' },
    'anthropic-messages': { ...lookup['anthropic-messages'], tool_choice: { type: 'none' } },
    'gemini-generate': { ...lookup['gemini-generate'], toolConfig: { functionCallingConfig: { mode: 'NONE' } } },
  }),
});
