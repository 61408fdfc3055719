import { defineFeature } from './feature.ts';

export default defineFeature({
  id: 'speaker-name',
  title: 'name of a speaker',
  group: 'Conversation',
  marks: ['Guten-Tag', 'Alice-B'],
  asks: { 'openai-chat': { messages: [{ role: 'user', name: 'Alice-B', content: 'Guten-Tag' }] } },
});
