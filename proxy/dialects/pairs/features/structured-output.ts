import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'structured-output',
  title: 'structured output (JSON Schema)',
  group: 'Settings',
  marks: ['city'],
  asks: helloAnd({
    'openai-chat': {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'place', schema: { type: 'object', properties: { city: { type: 'string' } } } },
      },
    },
    'openai-responses': {
      text: { format: { type: 'json_schema', name: 'place', schema: { type: 'object', properties: { city: { type: 'string' } } } } },
    },
    'anthropic-messages': {
      output_config: { format: { type: 'json_schema', schema: { type: 'object', properties: { city: { type: 'string' } } } } },
    },
    'gemini-generate': {
      generationConfig: {
        responseMimeType: 'application/json',
        responseJsonSchema: { type: 'object', properties: { city: { type: 'string' } } },
      },
    },
  }),
});
