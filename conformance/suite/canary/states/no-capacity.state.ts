import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'limits/no-capacity-is-left',
  // The accounts whose allowance is used up are row 19's.
  concerns: ({ headers }) =>
    ['wireproof-openai-chat-key', 'wireproof-gemini-key'].some((key) => JSON.stringify(headers).includes(`${key}"`)),
});
