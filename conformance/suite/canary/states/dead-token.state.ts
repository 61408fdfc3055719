import { defineState } from '../broken-state.ts';

const renews = 'it renews a token that is refused with 403, whatever the vendor says: the fault is the older build’s';

export default defineState({
  scenario: 'access/dead-token-is-told-with-403',
  // The one account whose token has lapsed.
  concerns: ({ headers }) => (headers['authorization'] ?? '').includes('lapsed'),
  also: [
    {
      row: 16,
      personas: ['cliproxyapi-2026-02'],
      because:
        'an account that rests after the refusal looks to its caller like one that cannot be renewed; triage, which asks it once, says 2 alone',
    },
  ],
  absent: { documented: renews, 'cliproxyapi-2026-08': renews },
});
