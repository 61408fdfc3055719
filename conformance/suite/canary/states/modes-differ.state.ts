import { answer, type UpstreamRequest } from '#fixtures/upstreams/script';

import { defineState } from '../broken-state.ts';

const isStreamOfChat = ({ surface, stream }: UpstreamRequest): boolean => surface === 'openai-chat' && stream;

export default defineState({
  scenario: 'container/modes-differ',
  // That build has no iFlow (sheet R9); a Chat provider can refuse streams just as well.
  vendorAt: { 'cliproxyapi-2026-08': answer('text').when(isStreamOfChat, 'iflow/not-acceptable') },
  unnamed: {
    'cliproxyapi-2026-08':
      'its canary fails (both-modes-have-the-same-status) and does not call it row 4, whose symptom is iFlow’s, which that build has not; triage does',
  },
});
