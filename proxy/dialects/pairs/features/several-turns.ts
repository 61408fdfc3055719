import { defineFeature } from './feature.ts';

export default defineFeature({
  id: 'several-turns',
  title: 'several turns',
  group: 'Conversation',
  marks: ['Guten-Tag', 'Hallo', 'Und-nun'],
  asks: {
    'openai-chat': {
      messages: [
        { role: 'user', content: 'Guten-Tag' },
        { role: 'assistant', content: 'Hallo' },
        { role: 'user', content: 'Und-nun' },
      ],
    },
    'openai-responses': {
      input: [
        { role: 'user', content: 'Guten-Tag' },
        { role: 'assistant', content: [{ type: 'output_text', text: 'Hallo' }] },
        { role: 'user', content: 'Und-nun' },
      ],
    },
    'anthropic-messages': {
      max_tokens: 64,
      messages: [
        { role: 'user', content: 'Guten-Tag' },
        { role: 'assistant', content: 'Hallo' },
        { role: 'user', content: 'Und-nun' },
      ],
    },
    'gemini-generate': {
      contents: [
        { role: 'user', parts: [{ text: 'Guten-Tag' }] },
        { role: 'model', parts: [{ text: 'Hallo' }] },
        { role: 'user', parts: [{ text: 'Und-nun' }] },
      ],
    },
  },
});
