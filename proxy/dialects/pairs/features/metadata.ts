import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'metadata',
  title: 'name of the end user, or labels',
  group: 'Settings',
  marks: ['someone-7'],
  asks: helloAnd({
    'openai-chat': { user: 'someone-7' },
    'openai-responses': { user: 'someone-7' },
    'anthropic-messages': { metadata: { user_id: 'someone-7' } },
    'gemini-generate': { labels: { user: 'someone-7' } },
  }),
});
