import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'management/switched-off',
  config: { 'remote-management': { 'secret-key': '' } },
  unnamed: {
    'cliproxyapi-2026-02': 'that build has no endpoint that tells without a key, and tries with a wrong one are not made live (sheet X2)',
  },
});
