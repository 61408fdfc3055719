import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/availability-is-unclear',
});
