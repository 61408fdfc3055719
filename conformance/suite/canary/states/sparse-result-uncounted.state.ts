import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'translation/sparse-result-breaks-counting',
});
