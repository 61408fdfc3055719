import { defineFeature, userContent } from './feature.ts';

export default defineFeature({
  id: 'image-detail',
  title: 'detail of an image',
  group: 'Conversation',
  marks: ['https://example.com/a.png', '"high"'],
  asks: userContent({
    'openai-chat': [{ type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'high' } }],
    'openai-responses': [{ type: 'input_image', image_url: 'https://example.com/a.png', detail: 'high' }],
  }),
});
