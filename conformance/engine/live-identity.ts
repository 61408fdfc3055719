import { liveUserAgent } from '../package-root.ts';
import type { RunningTarget } from '../targets/target.ts';

/** The target as it is asked live: whoever reads its log sees who asks. A header of the target's own wins. */
export const identified = (target: RunningTarget): RunningTarget => {
  const agent = liveUserAgent();
  return { ...target, headers: (cell) => ({ 'user-agent': agent, ...target.headers(cell) }) };
};
