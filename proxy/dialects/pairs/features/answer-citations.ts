import { answerWith, defineFeature } from './feature.ts';

const page = { url: 'https://example.com/source', title: 'the-source' };

export default defineFeature({
  id: 'answer-citations',
  title: 'citations of pages',
  group: 'Answers',
  marks: [page.url, page.title],
  answers: answerWith({
    chat: { message: { annotations: [{ type: 'url_citation', url_citation: { ...page, start_index: 0, end_index: 9 } }] } },
    responses: {
      output: [
        {
          type: 'message',
          role: 'assistant',
          content: [
            { type: 'output_text', text: 'Guten-Tag', annotations: [{ type: 'url_citation', ...page, start_index: 0, end_index: 9 }] },
          ],
        },
      ],
    },
    messages: {
      content: [
        {
          type: 'text',
          text: 'Guten-Tag',
          citations: [{ type: 'web_search_result_location', ...page, cited_text: '', encrypted_index: '' }],
        },
      ],
    },
    gemini: {
      candidate: {
        groundingMetadata: {
          groundingChunks: [{ web: { uri: page.url, title: page.title } }],
          groundingSupports: [{ segment: { endIndex: 9 }, groundingChunkIndices: [0] }],
        },
      },
    },
  }),
});
