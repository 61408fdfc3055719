import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'access/key-in-another-place',
  hides: [5],
});
