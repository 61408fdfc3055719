import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'json-mode',
  title: 'JSON without a schema',
  group: 'Settings',
  marks: ['json'],
  asks: helloAnd({
    'openai-chat': { response_format: { type: 'json_object' } },
    'openai-responses': { text: { format: { type: 'json_object' } } },
    'gemini-generate': { generationConfig: { responseMimeType: 'application/json' } },
  }),
});
