import { answerWith, defineFeature } from './feature.ts';

/** The client has declared `poet` as a custom tool; to a dialect without such tools it was a function. */
export default defineFeature({
  id: 'answer-custom-call',
  title: 'call of a custom tool',
  group: 'Answers',
  marks: ['poet', 'roses-are-red'],
  answers: answerWith({
    chat: {
      message: { content: null, tool_calls: [{ id: 'c1', type: 'custom', custom: { name: 'poet', input: 'roses-are-red' } }] },
      choice: { finish_reason: 'tool_calls' },
    },
    responses: { output: [{ type: 'custom_tool_call', call_id: 'c1', name: 'poet', input: 'roses-are-red' }] },
    messages: {
      content: [{ type: 'tool_use', id: 'c1', name: 'poet', input: { input: 'roses-are-red' } }],
      answer: { stop_reason: 'tool_use' },
    },
    gemini: { parts: [{ functionCall: { id: 'c1', name: 'poet', args: { input: 'roses-are-red' } } }] },
  }),
});
