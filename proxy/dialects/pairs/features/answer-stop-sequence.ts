import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-stop-sequence',
  title: 'end: stop sequence',
  group: 'Answers',
  marks: ['HALT-1'],
  answers: answerWith({ messages: { answer: { stop_reason: 'stop_sequence', stop_sequence: 'HALT-1' } } }),
});
