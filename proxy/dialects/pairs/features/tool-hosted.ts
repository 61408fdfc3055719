import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'tool-hosted',
  title: 'web search by the vendor',
  group: 'Tools',
  marks: ['search'],
  asks: helloAnd({
    'openai-chat': { web_search_options: {} },
    'openai-responses': { tools: [{ type: 'web_search' }] },
    'anthropic-messages': { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    'gemini-generate': { tools: [{ googleSearch: {} }] },
  }),
});
