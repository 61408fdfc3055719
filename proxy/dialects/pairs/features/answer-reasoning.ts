import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-reasoning',
  title: 'reasoning',
  group: 'Answers',
  marks: ['I-wonder', 'Guten-Tag'],
  answers: answerWith({
    chat: { message: { reasoning_content: 'I-wonder' } },
    responses: {
      output: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'I-wonder' }] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Guten-Tag' }] },
      ],
    },
    gemini: { parts: [{ text: 'I-wonder', thought: true }, { text: 'Guten-Tag' }] },
  }),
});
