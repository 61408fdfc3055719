import { defineFeature, helloAnd, lookup } from './feature.ts';

export default defineFeature({
  id: 'tool-parallel-off',
  title: 'at most one call at a time',
  group: 'Tools',
  marks: ['lookup', 'parallel'],
  asks: helloAnd({
    'openai-chat': { ...lookup['openai-chat'], parallel_tool_calls: false },
    'openai-responses': { ...lookup['openai-responses'], parallel_tool_calls: false },
    'anthropic-messages': { ...lookup['anthropic-messages'], tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
  }),
});
