import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-signed-reasoning',
  title: 'signed reasoning',
  group: 'Answers',
  marks: ['I-wonder', 'Guten-Tag'],
  answers: answerWith({
    responses: {
      output: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'I-wonder' }], encrypted_content: 'c2VhbGVkLWJ5' },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Guten-Tag' }] },
      ],
    },
    messages: {
      content: [
        { type: 'thinking', thinking: 'I-wonder', signature: 'c2VhbGVkLWJ5' },
        { type: 'text', text: 'Guten-Tag' },
      ],
    },
    gemini: { parts: [{ text: 'I-wonder', thought: true, thoughtSignature: 'c2VhbGVkLWJ5' }, { text: 'Guten-Tag' }] },
  }),
});
