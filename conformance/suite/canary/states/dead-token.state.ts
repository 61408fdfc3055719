import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'access/dead-token-is-told-with-403',
  // The one account whose token has lapsed.
  concerns: ({ headers }) => (headers['authorization'] ?? '').includes('lapsed'),
  also: [
    {
      row: 16,
      personas: ['cliproxyapi-2026-02'],
      because: 'an account that rests after the refusal looks to its caller like one that cannot be renewed',
    },
  ],
  unnamed: {
    documented: 'it renews such a token: the build is the cause, and this one does not have it',
    'cliproxyapi-2026-08': 'it renews such a token: the build is the cause, and this one does not have it',
  },
});
