import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'availability/iflow-406',
  unnamed: { 'cliproxyapi-2026-08': 'it has no iFlow (sheet R9)' },
});
