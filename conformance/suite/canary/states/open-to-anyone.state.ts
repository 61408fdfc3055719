import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'access/open-to-anyone',
  also: [
    {
      row: 11,
      personas: ['cliproxyapi-2026-02'],
      because:
        'that build counts by the first word of the client’s key, and without keys it counts nobody (sheet 1.7): the same empty api-keys, mended by one line; triage says 1 alone',
    },
  ],
});
