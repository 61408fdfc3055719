import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'access/dead-token-is-told-with-403',
  // The one account whose token has lapsed.
  concerns: ({ headers }) => (headers['authorization'] ?? '').includes('lapsed'),
  unnamed: {
    documented: 'it renews such a token: the build is the cause, and this one does not have it',
    'cliproxyapi-2026-08': 'it renews such a token: the build is the cause, and this one does not have it',
  },
});
