import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/unknown-model-is-a-server-error',
  absent: {
    documented: 'it never says 502 for an unknown model, but 404: the fault is the other build’s',
    'cliproxyapi-2026-08': 'it never says 502 for an unknown model, but 400: the fault is the older build’s',
  },
  triage: {
    unnamed: {
      'cliproxyapi-2026-02':
        'every build of that time says so, in good health too, and it must not decide the verdict: triage tells it as possible, with the 502 as evidence',
    },
  },
});
