import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'structured-output-older',
  title: 'structured output (responseSchema)',
  group: 'Settings',
  marks: ['city', '"object"', '"string","null"'],
  asks: helloAnd({
    'gemini-generate': {
      generationConfig: {
        responseMimeType: 'application/json',
        responseSchema: { type: 'OBJECT', properties: { city: { type: 'STRING', nullable: true } } },
      },
    },
  }),
});
