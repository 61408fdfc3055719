import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-broken-arguments',
  title: 'arguments that are no JSON',
  group: 'Answers',
  marks: ['Berlin-Mi'],
  answers: answerWith({
    chat: {
      message: {
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'lookup', arguments: '{"city":"Berlin-Mi' } }],
      },
      choice: { finish_reason: 'length' },
    },
    responses: {
      output: [{ type: 'function_call', call_id: 'c1', name: 'lookup', arguments: '{"city":"Berlin-Mi' }],
      answer: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
    },
  }),
});
