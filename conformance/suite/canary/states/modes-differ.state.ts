import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'container/modes-differ',
  unnamed: { 'cliproxyapi-2026-08': 'it has no iFlow, whose streams are refused (sheet R9)' },
});
