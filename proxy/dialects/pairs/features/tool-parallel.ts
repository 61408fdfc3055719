import { defineFeature } from './feature.ts';

export default defineFeature({
  id: 'tool-parallel',
  title: 'parallel calls and their results',
  group: 'Tools',
  marks: ['c1', 'c2', 'Berlin-Mitte', 'Bonn', 'sunny', 'rainy'],
  asks: {
    'openai-chat': {
      messages: [
        { role: 'user', content: 'Guten-Tag' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'lookup', arguments: '{"city":"Berlin-Mitte"}' } },
            { id: 'c2', type: 'function', function: { name: 'lookup', arguments: '{"city":"Bonn"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'sunny' },
        { role: 'tool', tool_call_id: 'c2', content: 'rainy' },
      ],
    },
    'openai-responses': {
      input: [
        { role: 'user', content: 'Guten-Tag' },
        { type: 'function_call', call_id: 'c1', name: 'lookup', arguments: '{"city":"Berlin-Mitte"}' },
        { type: 'function_call', call_id: 'c2', name: 'lookup', arguments: '{"city":"Bonn"}' },
        { type: 'function_call_output', call_id: 'c1', output: 'sunny' },
        { type: 'function_call_output', call_id: 'c2', output: 'rainy' },
      ],
    },
    'anthropic-messages': {
      max_tokens: 64,
      messages: [
        { role: 'user', content: 'Guten-Tag' },
        {
          role: 'assistant',
          content: [
            { type: 'tool_use', id: 'c1', name: 'lookup', input: { city: 'Berlin-Mitte' } },
            { type: 'tool_use', id: 'c2', name: 'lookup', input: { city: 'Bonn' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'c1', content: 'sunny' },
            { type: 'tool_result', tool_use_id: 'c2', content: 'rainy' },
          ],
        },
      ],
    },
    'gemini-generate': {
      contents: [
        { role: 'user', parts: [{ text: 'Guten-Tag' }] },
        {
          role: 'model',
          parts: [
            { functionCall: { id: 'c1', name: 'lookup', args: { city: 'Berlin-Mitte' } } },
            { functionCall: { id: 'c2', name: 'lookup', args: { city: 'Bonn' } } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'c1', name: 'lookup', response: { result: 'sunny' } } },
            { functionResponse: { id: 'c2', name: 'lookup', response: { result: 'rainy' } } },
          ],
        },
      ],
    },
  },
});
