import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'tool-custom-grammar',
  title: 'custom tool with a grammar',
  group: 'Tools',
  marks: ['poet', 'in-verses', 'lark', 'VERSE-1'],
  asks: helloAnd({
    'openai-chat': {
      tools: [
        {
          type: 'custom',
          custom: {
            name: 'poet',
            description: 'in-verses',
            format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: VERSE-1' } },
          },
        },
      ],
    },
    'openai-responses': {
      tools: [
        {
          type: 'custom',
          name: 'poet',
          description: 'in-verses',
          format: { type: 'grammar', syntax: 'lark', definition: 'start: VERSE-1' },
        },
      ],
    },
  }),
});
