import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-several',
  title: 'several answers at once',
  group: 'Answers',
  marks: ['Moin'],
  answers: answerWith({
    chat: {
      answer: {
        choices: [
          { index: 0, message: { role: 'assistant', content: 'Guten-Tag' }, finish_reason: 'stop' },
          { index: 1, message: { role: 'assistant', content: 'Moin' }, finish_reason: 'stop' },
        ],
      },
    },
    gemini: {
      answer: {
        candidates: [
          { content: { role: 'model', parts: [{ text: 'Guten-Tag' }] }, finishReason: 'STOP' },
          { content: { role: 'model', parts: [{ text: 'Moin' }] }, finishReason: 'STOP' },
        ],
      },
    },
  }),
});
