import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/account-lacks-what-a-key-has',
  triage: {
    also: [{ row: 5, because: 'from outside, a model that only keys have is a name that is not listed' }],
    unnamed: 'it asks one model of each account, and this one has another that works; run --row 13 asks the one that does not',
  },
});
