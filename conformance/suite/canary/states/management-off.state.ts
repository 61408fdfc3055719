import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'management/switched-off',
  config: { 'remote-management': { 'secret-key': '' } },
  unnamed: {
    'cliproxyapi-2026-02':
      'that build has no endpoint that tells without a key, and a try counts towards a ban (sheet X2), so that nobody makes one for you: GET /v0/management/config once without a key, 404 is off, 401 or 403 is on',
  },
});
