import { defineFeature, userContent } from './feature.ts';

export default defineFeature({
  id: 'image-url-typed',
  title: 'image by URL, with its media type',
  group: 'Conversation',
  marks: ['https://example.com/a.png', 'image/png'],
  asks: userContent({ 'gemini-generate': [{ fileData: { mimeType: 'image/png', fileUri: 'https://example.com/a.png' } }] }),
});
