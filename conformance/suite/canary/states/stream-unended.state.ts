import { unended } from '#scenarios/streaming/unended';

import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'streaming/terminal-event-is-missing',
  concerns: ({ stream, operation }) => stream && operation === 'generate',
  vendor: unended,
  also: [
    {
      row: 11,
      personas: ['cliproxyapi-2026-02'],
      because: 'that build counts no stream that ends before its usage: mend the stream first, and count again; triage says 17 alone',
    },
  ],
  unnamed: {
    documented:
      'it tells its caller in the stream that the upstream broke off, which is all that its canary asks of a proxy; that streams break off is told by triage',
  },
});
