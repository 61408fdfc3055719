import { defineFeature, helloAnd } from './feature.ts';

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false } as const;
const format = { name: 'place', description: 'where-it-is', strict: true, schema } as const;

export default defineFeature({
  id: 'structured-output-strict',
  title: 'structured output, strict and described',
  group: 'Settings',
  marks: ['place', 'where-it-is', 'additionalProperties'],
  asks: helloAnd({
    'openai-chat': { response_format: { type: 'json_schema', json_schema: format } },
    'openai-responses': { text: { format: { type: 'json_schema', ...format } } },
  }),
});
