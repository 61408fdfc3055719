import { defineFeature, userContent } from './feature.ts';

export default defineFeature({
  id: 'file-other',
  title: 'inline file (any other type)',
  group: 'Conversation',
  marks: ['a.doc', 'ZG9j', 'application/msword'],
  asks: userContent({
    'openai-chat': [{ type: 'file', file: { filename: 'a.doc', file_data: 'data:application/msword;base64,ZG9j' } }],
    'openai-responses': [{ type: 'input_file', filename: 'a.doc', file_data: 'data:application/msword;base64,ZG9j' }],
    'gemini-generate': [{ inlineData: { mimeType: 'application/msword', displayName: 'a.doc', data: 'ZG9j' } }],
  }),
});
