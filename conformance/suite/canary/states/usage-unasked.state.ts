import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'usage/usage-is-lost-on-the-way',
  unnamed: {
    documented: 'it estimates what nobody told it, and that the upstream was not asked is only seen there',
    'cliproxyapi-2026-08': 'it estimates what nobody told it, and has no statistics (sheet 1.7)',
  },
});
