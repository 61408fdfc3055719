import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-text',
  title: 'text',
  group: 'Answers',
  marks: ['Guten-Tag'],
  answers: answerWith({ chat: {}, responses: {}, messages: {}, gemini: {} }),
});
