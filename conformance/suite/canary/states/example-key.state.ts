import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'access/sample-key-is-listed',
  unnamed: { 'cliproxyapi-2026-02': 'that build takes it for a key like any other, and a canary does not show what nobody told it' },
});
