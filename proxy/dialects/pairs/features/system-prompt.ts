import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'system-prompt',
  title: 'system prompt',
  group: 'Conversation',
  marks: ['Be-brief', 'Guten-Tag'],
  asks: {
    ...helloAnd({
      'openai-responses': { instructions: 'Be-brief' },
      'anthropic-messages': { system: 'Be-brief' },
      'gemini-generate': { systemInstruction: { parts: [{ text: 'Be-brief' }] } },
    }),
    'openai-chat': {
      messages: [
        { role: 'system', content: 'Be-brief' },
        { role: 'user', content: 'Guten-Tag' },
      ],
    },
  },
});
