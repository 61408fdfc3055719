import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/exclusion-takes-the-bridge-away',
  also: [{ row: 18, because: 'Codex is not shown the name either, and one entry of oauth-model-alias or of its exclusions mends both' }],
  triage: {
    also: [
      {
        row: 5,
        because: 'the exclusion takes more names of the profile away than the bridge; one pattern of oauth-excluded-models mends both',
      },
    ],
  },
});
