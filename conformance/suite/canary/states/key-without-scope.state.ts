import { defineState } from '../broken-state.ts';

const alone = 'triage sees that most names are missing, and says 5 alone';

export default defineState({
  scenario: 'models/key-may-not-ask-for-it',
  also: [
    { row: 13, because: `the name that environments are compared by is not in this key’s list; ${alone}` },
    { row: 18, because: `the bridged Claude model is not in this key’s list for Codex; ${alone}` },
  ],
});
