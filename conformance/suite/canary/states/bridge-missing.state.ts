import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'models/antigravity-bridge-is-missing',
  also: [{ row: 18, because: 'Codex is not shown the name either, and one entry of oauth-model-alias or of its exclusions mends both' }],
});
