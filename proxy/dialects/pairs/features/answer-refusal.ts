import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-refusal',
  title: 'refusal',
  group: 'Answers',
  marks: ['I-cannot'],
  answers: answerWith({
    chat: { message: { content: null, refusal: 'I-cannot' } },
    responses: { output: [{ type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'I-cannot' }] }] },
    messages: { content: [{ type: 'text', text: 'I-cannot' }], answer: { stop_reason: 'refusal' } },
    gemini: { parts: [{ text: 'I-cannot' }], candidate: { finishReason: 'SAFETY' } },
  }),
});
