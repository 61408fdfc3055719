import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'access/sample-key-is-listed',
  unnamed: {
    'cliproxyapi-2026-02':
      'its canary fails (the-key-of-the-example-opens-nothing) and does not call it row 1, whose symptom is the 403 of later builds; triage does',
  },
});
