import { defineFeature, helloAnd, lookup } from './feature.ts';

export default defineFeature({
  id: 'tool-choice-required',
  title: 'tool choice: required',
  group: 'Tools',
  marks: ['lookup'],
  asks: helloAnd({
    'openai-chat': { ...lookup['openai-chat'], tool_choice: 'required' },
    'openai-responses': { ...lookup['openai-responses'], tool_choice: 'required' },
    'anthropic-messages': { ...lookup['anthropic-messages'], tool_choice: { type: 'any' } },
    'gemini-generate': { ...lookup['gemini-generate'], toolConfig: { functionCallingConfig: { mode: 'ANY' } } },
  }),
});
