import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/refused-model-stays-listed',
  absent: { 'cliproxyapi-2026-08': 'it has no iFlow, whose models are refused (sheet R10)' },
});
