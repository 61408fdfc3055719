import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'credentials/nothing-to-renew-with',
  // The one account whose token has ended.
  concerns: ({ headers }) => (headers['authorization'] ?? '').includes('-access-'),
  also: [
    {
      row: 2,
      because:
        'a caller is told of a refused token; whether nothing renews it or the vendor says 403 is seen at the vendor only: the log of the proxy has the vendor’s answer, and triage, which goes by the status, says 16 alone',
    },
  ],
});
