import { defineFeature, userContent } from './feature.ts';

export default defineFeature({
  id: 'cache-breakpoint',
  title: 'cache breakpoint',
  group: 'Conversation',
  marks: ['ephemeral'],
  asks: userContent({ 'anthropic-messages': [{ type: 'text', text: 'Guten-Tag', cache_control: { type: 'ephemeral' } }] }),
});
