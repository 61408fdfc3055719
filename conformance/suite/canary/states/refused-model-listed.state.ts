import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/refused-model-stays-listed',
  unnamed: { 'cliproxyapi-2026-08': 'it has no iFlow (sheet R10)' },
});
