import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'usage/statistics-stay-at-zero',
  absent: { 'cliproxyapi-2026-08': 'it keeps no statistics that could stay at zero (sheet 1.7)' },
});
