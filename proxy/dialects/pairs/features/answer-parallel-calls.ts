import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-parallel-calls',
  title: 'parallel tool calls',
  group: 'Answers',
  marks: ['Berlin-Mitte', 'Bonn', 'lookup'],
  answers: answerWith({
    chat: {
      message: {
        content: null,
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'lookup', arguments: '{"city":"Berlin-Mitte"}' } },
          { id: 'c2', type: 'function', function: { name: 'lookup', arguments: '{"city":"Bonn"}' } },
        ],
      },
      choice: { finish_reason: 'tool_calls' },
    },
    responses: {
      output: [
        { type: 'function_call', call_id: 'c1', name: 'lookup', arguments: '{"city":"Berlin-Mitte"}' },
        { type: 'function_call', call_id: 'c2', name: 'lookup', arguments: '{"city":"Bonn"}' },
      ],
    },
    messages: {
      content: [
        { type: 'tool_use', id: 'c1', name: 'lookup', input: { city: 'Berlin-Mitte' } },
        { type: 'tool_use', id: 'c2', name: 'lookup', input: { city: 'Bonn' } },
      ],
      answer: { stop_reason: 'tool_use' },
    },
    gemini: {
      parts: [
        { functionCall: { id: 'c1', name: 'lookup', args: { city: 'Berlin-Mitte' } } },
        { functionCall: { id: 'c2', name: 'lookup', args: { city: 'Bonn' } } },
      ],
    },
  }),
});
