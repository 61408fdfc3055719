import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/exclusion-is-too-wide',
});
