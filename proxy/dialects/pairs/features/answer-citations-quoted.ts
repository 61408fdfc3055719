import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-citations-quoted',
  title: 'what a cited page says, and its seal',
  group: 'Answers',
  marks: ['so-it-is-written', 'c2VhbGVkLWJ5'],
  answers: answerWith({
    messages: {
      content: [
        {
          type: 'text',
          text: 'Guten-Tag',
          citations: [
            {
              type: 'web_search_result_location',
              url: 'https://example.com/source',
              title: null,
              cited_text: 'so-it-is-written',
              encrypted_index: 'c2VhbGVkLWJ5',
            },
          ],
        },
      ],
    },
  }),
});
