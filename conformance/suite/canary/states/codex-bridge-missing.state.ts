import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'codex-cli/claude-is-not-listed',
  also: [
    {
      row: 7,
      because: 'the same alias is missing for everybody; row 18 is how Codex shows it, and one entry of oauth-model-alias mends both',
    },
  ],
});
