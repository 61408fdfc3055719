import { defineState } from '../broken-state.ts';

export default defineState({
  scenario: 'availability/spark-needs-a-tier',
});
