import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-usage-audio',
  title: 'tokens of audio',
  group: 'Answers',
  marks: ['211', '37'],
  answers: answerWith({
    chat: {
      answer: {
        usage: {
          prompt_tokens: 500,
          completion_tokens: 90,
          total_tokens: 590,
          prompt_tokens_details: { audio_tokens: 211 },
          completion_tokens_details: { audio_tokens: 37 },
        },
      },
    },
    gemini: {
      answer: {
        usageMetadata: {
          promptTokenCount: 500,
          candidatesTokenCount: 90,
          totalTokenCount: 590,
          promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 211 }],
          candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 37 }],
        },
      },
    },
  }),
});
