import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'abandoned-requests-run-on',
  about: 'When a caller leaves, its request to the upstream stays open and is read to the end',
  seenIn: 'performance.md 3.3 row 6: litellm#12685, #15128; sheet R17: callers who leave',
  neverHangsUp: true,
});
