import { answerWith, defineFeature } from './feature.ts';

const page = { url: 'https://example.com/source', title: 'the-source' };

export default defineFeature({
  id: 'answer-citations-partial',
  title: 'citations of pages, for a piece of a text',
  group: 'Answers',
  marks: [page.url],
  answers: answerWith({
    chat: { message: { annotations: [{ type: 'url_citation', url_citation: { ...page, start_index: 0, end_index: 5 } }] } },
    responses: {
      output: [
        {
          type: 'message',
          role: 'assistant',
          content: [
            { type: 'output_text', text: 'Guten-Tag', annotations: [{ type: 'url_citation', ...page, start_index: 0, end_index: 5 }] },
          ],
        },
      ],
    },
    gemini: {
      candidate: { citationMetadata: { citationSources: [{ startIndex: 0, endIndex: 5, uri: page.url }] } },
    },
  }),
});
