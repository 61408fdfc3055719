import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-refusal-explained',
  title: 'why a filter refused',
  group: 'Answers',
  marks: ['against-the-rules'],
  answers: answerWith({
    messages: {
      content: [],
      answer: { stop_reason: 'refusal', stop_details: { type: 'refusal', category: null, explanation: 'against-the-rules' } },
    },
    gemini: { parts: [], candidate: { finishReason: 'SAFETY', finishMessage: 'against-the-rules' } },
  }),
});
