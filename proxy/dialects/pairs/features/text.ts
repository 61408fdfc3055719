import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'text',
  title: 'text',
  group: 'Conversation',
  marks: ['Guten-Tag'],
  asks: helloAnd({ 'openai-chat': {}, 'openai-responses': {}, 'anthropic-messages': {}, 'gemini-generate': {} }),
});
