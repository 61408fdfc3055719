import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-length',
  title: 'end: too long',
  group: 'Answers',
  marks: ['Guten-Tag'],
  answers: answerWith({
    chat: { choice: { finish_reason: 'length' } },
    responses: { answer: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } } },
    messages: { answer: { stop_reason: 'max_tokens' } },
    gemini: { candidate: { finishReason: 'MAX_TOKENS' } },
  }),
});
