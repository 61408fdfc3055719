import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'reasoning/effort-lost',
});
