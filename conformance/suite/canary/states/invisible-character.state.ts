import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'access/invisible-character-in-the-list',
  hides: [5],
});
