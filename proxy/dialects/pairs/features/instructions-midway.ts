import { defineFeature } from './feature.ts';

export default defineFeature({
  id: 'instructions-midway',
  title: 'instructions in the middle',
  group: 'Conversation',
  marks: ['Be-brief', 'Guten-Tag'],
  asks: {
    'openai-chat': {
      messages: [
        { role: 'user', content: 'Guten-Tag' },
        { role: 'system', content: 'Be-brief' },
      ],
    },
    'openai-responses': {
      input: [
        { role: 'user', content: 'Guten-Tag' },
        { role: 'developer', content: 'Be-brief' },
      ],
    },
    'anthropic-messages': {
      max_tokens: 64,
      messages: [
        { role: 'user', content: 'Guten-Tag' },
        { role: 'system', content: 'Be-brief' },
      ],
    },
  },
});
