import { defineFeature, hello } from './feature.ts';

export default defineFeature({
  id: 'reasoning-unsigned',
  title: 'earlier reasoning without signature',
  group: 'Reasoning',
  marks: ['I-wonder'],
  asks: {
    'openai-chat': {
      messages: [
        { role: 'user', content: hello },
        { role: 'assistant', reasoning_content: 'I-wonder', content: 'Hallo' },
      ],
    },
    'openai-responses': {
      input: [
        { role: 'user', content: hello },
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'I-wonder' }] },
      ],
    },
    'anthropic-messages': {
      max_tokens: 64,
      messages: [
        { role: 'user', content: hello },
        { role: 'assistant', content: [{ type: 'thinking', thinking: 'I-wonder', signature: '' }] },
      ],
    },
    'gemini-generate': {
      contents: [
        { role: 'user', parts: [{ text: hello }] },
        { role: 'model', parts: [{ text: 'I-wonder', thought: true }] },
      ],
    },
  },
});
