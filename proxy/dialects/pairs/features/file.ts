import { defineFeature, userContent } from './feature.ts';

export default defineFeature({
  id: 'file',
  title: 'inline file (PDF)',
  group: 'Conversation',
  marks: ['cGRm', 'a.pdf'],
  asks: userContent({
    'openai-chat': [{ type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,cGRm' } }],
    'openai-responses': [{ type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,cGRm' }],
    'anthropic-messages': [{ type: 'document', title: 'a.pdf', source: { type: 'base64', media_type: 'application/pdf', data: 'cGRm' } }],
    'gemini-generate': [{ inlineData: { mimeType: 'application/pdf', displayName: 'a.pdf', data: 'cGRm' } }],
  }),
});
