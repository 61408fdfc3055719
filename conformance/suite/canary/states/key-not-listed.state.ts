import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'access/key-not-in-the-list',
  hides: [5],
});
