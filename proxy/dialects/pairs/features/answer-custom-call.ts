import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-custom-call',
  title: 'call of a custom tool',
  group: 'Answers',
  marks: ['roses-are-red'],
  answers: answerWith({
    chat: {
      message: { content: null, tool_calls: [{ id: 'c1', type: 'custom', custom: { name: 'poet', input: 'roses-are-red' } }] },
      choice: { finish_reason: 'tool_calls' },
    },
    responses: { output: [{ type: 'custom_tool_call', call_id: 'c1', name: 'poet', input: 'roses-are-red' }] },
  }),
});
