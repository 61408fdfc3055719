import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-citations',
  title: 'citations',
  group: 'Answers',
  marks: ['https://example.com/source'],
  answers: answerWith({
    chat: {
      message: {
        annotations: [
          { type: 'url_citation', url_citation: { url: 'https://example.com/source', title: 't', start_index: 0, end_index: 5 } },
        ],
      },
    },
    responses: {
      output: [
        {
          type: 'message',
          role: 'assistant',
          content: [
            {
              type: 'output_text',
              text: 'Guten-Tag',
              annotations: [{ type: 'url_citation', url: 'https://example.com/source', title: 't', start_index: 0, end_index: 5 }],
            },
          ],
        },
      ],
    },
    messages: {
      content: [
        {
          type: 'text',
          text: 'Guten-Tag',
          citations: [{ type: 'web_search_result_location', url: 'https://example.com/source', cited_text: 'x' }],
        },
      ],
    },
    gemini: { candidate: { citationMetadata: { citationSources: [{ uri: 'https://example.com/source' }] } } },
  }),
});
