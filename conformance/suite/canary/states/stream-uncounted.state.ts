import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'usage/statistics-stay-at-zero',
  unnamed: { 'cliproxyapi-2026-08': 'it has no statistics (sheet 1.7)' },
});
