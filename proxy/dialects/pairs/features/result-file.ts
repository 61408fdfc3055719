import { defineFeature, resultOf } from './feature.ts';

export default defineFeature({
  id: 'result-file',
  title: 'tool result: inline file',
  group: 'Tools',
  marks: ['c1', 'cGRm'],
  asks: resultOf({
    'openai-responses': { output: [{ type: 'input_file', filename: 'file.pdf', file_data: 'data:application/pdf;base64,cGRm' }] },
    'anthropic-messages': {
      content: [{ type: 'document', title: 'file.pdf', source: { type: 'base64', media_type: 'application/pdf', data: 'cGRm' } }],
    },
    'gemini-generate': {
      response: { result: '' },
      parts: [{ inlineData: { mimeType: 'application/pdf', displayName: 'file.pdf', data: 'cGRm' } }],
    },
  }),
});
