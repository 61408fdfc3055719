import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-citations-files',
  title: 'citations of files',
  group: 'Answers',
  marks: ['report.pdf'],
  answers: answerWith({
    responses: {
      output: [
        {
          type: 'message',
          role: 'assistant',
          content: [
            {
              type: 'output_text',
              text: 'Guten-Tag',
              annotations: [{ type: 'file_citation', file_id: 'f1', filename: 'report.pdf', index: 3 }],
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
          citations: [
            {
              type: 'char_location',
              cited_text: 'x',
              document_index: 0,
              document_title: 'report.pdf',
              start_char_index: 0,
              end_char_index: 1,
            },
          ],
        },
      ],
    },
    gemini: {
      candidate: {
        groundingMetadata: {
          groundingChunks: [{ retrievedContext: { title: 'report.pdf' } }],
          groundingSupports: [{ segment: { endIndex: 9 }, groundingChunkIndices: [0] }],
        },
      },
    },
  }),
});
