import type { CallerSight } from '#scenarios/kit/sight';

/** How long a step had, and how long it wanted. */
interface Room {
  /** What the run's budget left it, in milliseconds. */
  readonly withinMs: number;
  /** What the step itself would have waited. */
  readonly timeoutMs: number;
  /** The arm's own bound has passed. */
  readonly armIsOver: boolean;
}

/** Who said nothing for so long was silent, however long the step would have waited. */
const silentMs = 10_000;

type Seen = Pick<CallerSight, 'end' | 'durationMs' | 'action'>;

/**
 * Who ended a step before the target had the time that the step gives it; `undefined`: nobody. What was seen until then says nothing of the
 * target. An action ends well however little it saw, so that only its time shows that it was cut.
 */
export const cutShortBy = ({ end, durationMs, action }: Seen, { withinMs, timeoutMs, armIsOver }: Room): 'arm' | 'budget' | undefined => {
  const mayBeCut = end === 'timeout' || action !== undefined;
  const wasSilent = end === 'timeout' && durationMs >= silentMs;
  if (armIsOver && mayBeCut && !wasSilent) return 'arm';
  return withinMs < timeoutMs && (end === 'timeout' || (mayBeCut && durationMs >= withinMs)) ? 'budget' : undefined;
};
