import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'access/account-lacks-the-licence',
});
