import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/alias-replaces-the-original',
  also: [
    {
      row: 13,
      because:
        'the name that environments are compared by is not in the list any more; triage sees the alias that took its place, and says 5 alone',
    },
  ],
});
