import { defineState } from '../broken-state.ts';

const everybody = { row: 7, because: 'the same alias is missing for everybody; row 18 is how Codex shows it' } as const;

export default defineState({
  scenario: 'codex-cli/claude-is-not-listed',
  also: [everybody],
  triage: {
    also: [everybody],
    unnamed: 'it says row 18 where Codex’ list lacks what the plain one has; an alias that both lack is row 7 there',
  },
});
