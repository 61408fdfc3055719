import { defineFeature, userContent } from './feature.ts';

export default defineFeature({
  id: 'image-url',
  title: 'image by URL',
  group: 'Conversation',
  marks: ['https://example.com/a.png'],
  asks: userContent({
    'openai-chat': [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }],
    'openai-responses': [{ type: 'input_image', image_url: 'https://example.com/a.png' }],
    'anthropic-messages': [{ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }],
    'gemini-generate': [{ fileData: { fileUri: 'https://example.com/a.png' } }],
  }),
});
