import { defineFeature, userContent } from './feature.ts';

export default defineFeature({
  id: 'image-inline',
  title: 'inline image',
  group: 'Conversation',
  marks: ['aW1hZ2U=', 'image/png'],
  asks: userContent({
    'openai-chat': [{ type: 'image_url', image_url: { url: 'data:image/png;base64,aW1hZ2U=' } }],
    'openai-responses': [{ type: 'input_image', image_url: 'data:image/png;base64,aW1hZ2U=' }],
    'anthropic-messages': [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aW1hZ2U=' } }],
    'gemini-generate': [{ inlineData: { mimeType: 'image/png', data: 'aW1hZ2U=' } }],
  }),
});
