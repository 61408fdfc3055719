import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'compaction/compact-does-not-stream',
});
