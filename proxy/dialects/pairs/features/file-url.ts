import { defineFeature, userContent } from './feature.ts';

export default defineFeature({
  id: 'file-url',
  title: 'file by URL (PDF)',
  group: 'Conversation',
  marks: ['https://example.com/a.pdf'],
  asks: userContent({
    'openai-responses': [{ type: 'input_file', file_url: 'https://example.com/a.pdf' }],
    'anthropic-messages': [{ type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } }],
    'gemini-generate': [{ fileData: { mimeType: 'application/pdf', fileUri: 'https://example.com/a.pdf' } }],
  }),
});
