import { defineFeature, userContent } from './feature.ts';

export default defineFeature({
  id: 'image-by-id',
  title: 'image by file id',
  group: 'Conversation',
  marks: ['file-77'],
  asks: userContent({
    'openai-responses': [{ type: 'input_image', file_id: 'file-77' }],
    'anthropic-messages': [{ type: 'image', source: { type: 'file', file_id: 'file-77' } }],
  }),
});
