import { defineFeature, userContent } from './feature.ts';

export default defineFeature({
  id: 'file-by-id',
  title: 'file that the vendor stores',
  group: 'Conversation',
  marks: ['file-77'],
  asks: userContent({
    'openai-chat': [{ type: 'file', file: { file_id: 'file-77' } }],
    'openai-responses': [{ type: 'input_file', file_id: 'file-77' }],
    'anthropic-messages': [{ type: 'document', source: { type: 'file', file_id: 'file-77' } }],
    'gemini-generate': [
      { fileData: { mimeType: 'application/pdf', fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/file-77' } },
    ],
  }),
});
