import type { PlannedArm } from './plan.ts';

/** A step with a bound below the usual ten seconds expects to wait it out: a hang is what its row is about. */
const usualBoundMs = 10_000;

/** Steps of these kinds are programs of their own, which the engine awaits more than it works for them. */
const programs: ReadonlySet<string | undefined> = new Set(['process', 'client']);

const shortestBound = ({ steps }: PlannedArm): number => Math.min(usualBoundMs, ...Object.values(steps).map(({ timeoutMs }) => timeoutMs));
const startsPrograms = ({ steps }: PlannedArm): boolean => Object.values(steps).some(({ action }) => programs.has(action?.kind));

const isIdle = (planned: PlannedArm): boolean =>
  planned.setting.ground !== undefined || startsPrograms(planned) || shortestBound(planned) < usualBoundMs;

/** Those that wait out a bound before those that wait for programs, and the longest bound first: nothing shall be left to wait for at the end. */
const longestFirst = (arms: readonly PlannedArm[]): readonly PlannedArm[] => {
  const waits = (planned: PlannedArm): number => shortestBound(planned) % usualBoundMs;
  return [...arms].sort((a, b) => waits(b) - waits(a));
};

/**
 * Arms that mostly wait (for a bound, a program, a hop), and those that keep the engine busy, each in the order of the plan but for the
 * longest waits, which come first. Run beside each other, the work of these fills the time of those.
 */
export const idleAndBusy = (
  plan: readonly PlannedArm[],
): { readonly idle: readonly PlannedArm[]; readonly busy: readonly PlannedArm[] } => ({
  idle: longestFirst(plan.filter(isIdle)),
  busy: plan.filter((planned) => !isIdle(planned)),
});
