import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/account-lacks-what-a-key-has',
});
