import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/antigravity-bridge-is-missing',
});
