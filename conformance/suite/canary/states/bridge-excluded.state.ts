import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/exclusion-takes-the-bridge-away',
  also: [{ row: 18, because: 'Codex is not shown the name either' }],
  triage: { also: [{ row: 5, because: 'the exclusion takes other names away too, which its profile has' }] },
});
