import { unended } from '#scenarios/streaming/unended';

import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'streaming/terminal-event-is-missing',
  concerns: ({ stream, operation }) => stream && operation === 'generate',
  vendor: unended,
  also: [{ row: 11, personas: ['cliproxyapi-2026-02'], because: 'that build counts no stream that ends before its usage' }],
  unnamed: { documented: 'it tells the failure in the stream, as it should: nothing of the proxy is broken' },
  triage: {
    unnamed: {
      'cliproxyapi-2026-02': 'it streams in Chat Completions, where that build puts a [DONE] of its own behind what broke off',
      'cliproxyapi-2026-08': 'it streams in Chat Completions, where that build puts a [DONE] of its own behind what broke off',
    },
  },
});
