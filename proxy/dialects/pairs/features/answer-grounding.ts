import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-grounding',
  title: 'search results behind the answer',
  group: 'Answers',
  marks: ['https://example.com/found'],
  answers: answerWith({
    responses: {
      output: [
        {
          type: 'web_search_call',
          id: 'w1',
          status: 'completed',
          action: { type: 'search', sources: [{ url: 'https://example.com/found' }] },
        },
      ],
    },
    messages: {
      content: [
        { type: 'web_search_tool_result', tool_use_id: 'w1', content: [{ type: 'web_search_result', url: 'https://example.com/found' }] },
      ],
    },
    gemini: { candidate: { groundingMetadata: { groundingChunks: [{ web: { uri: 'https://example.com/found' } }] } } },
  }),
});
