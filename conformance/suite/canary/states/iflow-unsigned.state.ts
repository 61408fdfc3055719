import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'availability/iflow-406',
  absent: { 'cliproxyapi-2026-08': 'it has no iFlow, the only provider that wants signatures (sheet R9)' },
});
