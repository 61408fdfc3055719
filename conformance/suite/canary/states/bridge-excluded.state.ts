import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/exclusion-takes-the-bridge-away',
});
