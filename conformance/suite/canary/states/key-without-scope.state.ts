import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/key-may-not-ask-for-it',
  also: [
    { row: 13, because: 'the name that environments are compared by is not in this key’s list' },
    { row: 18, because: 'the bridged Claude model is not in this key’s list for Codex' },
  ],
});
