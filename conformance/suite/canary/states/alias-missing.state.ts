import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/alias-is-missing',
});
