import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/list-is-wider-than-the-account',
  absent: { 'cliproxyapi-2026-08': 'it has no iFlow, whose list is the wide one (sheet R10)' },
});
