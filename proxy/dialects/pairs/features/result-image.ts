import { defineFeature, resultOf } from './feature.ts';

export default defineFeature({
  id: 'result-image',
  title: 'tool result: inline image',
  group: 'Tools',
  marks: ['aW1hZ2U='],
  asks: resultOf({
    'openai-responses': { output: [{ type: 'input_image', image_url: 'data:image/png;base64,aW1hZ2U=' }] },
    'anthropic-messages': { content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aW1hZ2U=' } }] },
    'gemini-generate': { response: { result: '' }, parts: [{ inlineData: { mimeType: 'image/png', data: 'aW1hZ2U=' } }] },
  }),
});
