import { defineFeature, userContent } from './feature.ts';

export default defineFeature({
  id: 'file-text',
  title: 'inline file (plain text)',
  group: 'Conversation',
  marks: ['a.txt', 'text/plain'],
  asks: userContent({
    'openai-chat': [{ type: 'file', file: { filename: 'a.txt', file_data: 'data:text/plain;base64,R3LDvMOfZQ==' } }],
    'openai-responses': [{ type: 'input_file', filename: 'a.txt', file_data: 'data:text/plain;base64,R3LDvMOfZQ==' }],
    'anthropic-messages': [{ type: 'document', title: 'a.txt', source: { type: 'text', media_type: 'text/plain', data: 'Grüße' } }],
    'gemini-generate': [{ inlineData: { mimeType: 'text/plain', displayName: 'a.txt', data: 'R3LDvMOfZQ==' } }],
  }),
});
