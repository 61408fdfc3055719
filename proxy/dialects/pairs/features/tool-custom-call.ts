import { defineFeature } from './feature.ts';

export default defineFeature({
  id: 'tool-custom-call',
  title: 'earlier call of a custom tool, and its result',
  group: 'Tools',
  marks: ['poet', 'c1', 'roses-are', 'violets-are'],
  asks: {
    'openai-chat': {
      tools: [{ type: 'custom', custom: { name: 'poet' } }],
      messages: [
        { role: 'user', content: 'Guten-Tag' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'custom', custom: { name: 'poet', input: 'roses-are "red"' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'violets-are' },
      ],
    },
    'openai-responses': {
      tools: [{ type: 'custom', name: 'poet' }],
      input: [
        { role: 'user', content: 'Guten-Tag' },
        { type: 'custom_tool_call', call_id: 'c1', name: 'poet', input: 'roses-are "red"' },
        { type: 'custom_tool_call_output', call_id: 'c1', output: 'violets-are' },
      ],
    },
  },
});
