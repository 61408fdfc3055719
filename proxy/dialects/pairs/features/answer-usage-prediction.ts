import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-usage-prediction',
  title: 'tokens of a prediction',
  group: 'Answers',
  marks: ['29'],
  answers: answerWith({
    chat: {
      answer: {
        usage: {
          prompt_tokens: 5,
          completion_tokens: 90,
          total_tokens: 95,
          completion_tokens_details: { accepted_prediction_tokens: 29 },
        },
      },
    },
  }),
});
