import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/unknown-model-is-a-server-error',
  unnamed: {
    documented: 'it says 404: the build is the cause, and this one does not have it',
    'cliproxyapi-2026-08': 'it says 400: the build is the cause, and this one does not have it',
  },
  triage: { unnamed: { 'cliproxyapi-2026-02': 'every build of that time says so, in good health too: triage calls it possible' } },
});
