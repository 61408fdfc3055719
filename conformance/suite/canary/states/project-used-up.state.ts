import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'availability/quota-is-used-up',
});
