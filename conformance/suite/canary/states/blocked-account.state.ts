import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'access/one-blocked-account-stops-all',
});
