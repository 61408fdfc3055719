import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/list-is-wider-than-the-account',
  unnamed: { 'cliproxyapi-2026-08': 'it has no iFlow (sheet R10)' },
});
