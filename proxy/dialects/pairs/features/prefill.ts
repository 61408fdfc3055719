import { defineFeature } from './feature.ts';

export default defineFeature({
  id: 'prefill',
  title: 'last words of the assistant, to write on from',
  group: 'Conversation',
  marks: ['Guten-Tag', 'Und-dann'],
  asks: {
    'openai-chat': {
      messages: [
        { role: 'user', content: 'Guten-Tag' },
        { role: 'assistant', content: 'Und-dann' },
      ],
    },
    'openai-responses': {
      input: [
        { role: 'user', content: 'Guten-Tag' },
        { role: 'assistant', content: [{ type: 'output_text', text: 'Und-dann' }] },
      ],
    },
    'anthropic-messages': {
      max_tokens: 64,
      messages: [
        { role: 'user', content: 'Guten-Tag' },
        { role: 'assistant', content: 'Und-dann' },
      ],
    },
    'gemini-generate': {
      contents: [
        { role: 'user', parts: [{ text: 'Guten-Tag' }] },
        { role: 'model', parts: [{ text: 'Und-dann' }] },
      ],
    },
  },
});
