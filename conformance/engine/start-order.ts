import type { PlannedArm } from './plan.ts';

/** A step with a bound below the usual ten seconds expects to wait it out: a hang is what its row is about. */
const usualBoundMs = 10_000;

/** Steps of these kinds are programs of their own, which the engine awaits more than it works for them. */
const programs: ReadonlySet<string | undefined> = new Set(['process', 'client']);

const shortestBound = ({ steps }: PlannedArm): number => Math.min(usualBoundMs, ...Object.values(steps).map(({ timeoutMs }) => timeoutMs));
const startsPrograms = ({ steps }: PlannedArm): boolean => Object.values(steps).some(({ action }) => programs.has(action?.kind));

const waitsOut = (planned: PlannedArm): boolean => planned.setting.ground !== undefined || shortestBound(planned) < usualBoundMs;

/** The longest first: nothing shall be left to wait for at the end. */
const longestFirst = (arms: readonly PlannedArm[]): readonly PlannedArm[] => {
  const waits = (planned: PlannedArm): number => shortestBound(planned) % usualBoundMs;
  return [...arms].sort((a, b) => waits(b) - waits(a));
};

/**
 * Arms that start programs, arms that wait for a bound or a hop, and arms that keep the engine busy: each in the order of the plan, but for the
 * longest waits, which come first. Run beside each other, the work of one kind fills the time of the others, and no kind is left for the end.
 */
export const queuesOf = (plan: readonly PlannedArm[]): readonly (readonly PlannedArm[])[] => {
  const others = plan.filter((planned) => !startsPrograms(planned));
  return [plan.filter(startsPrograms), longestFirst(others.filter(waitsOut)), others.filter((planned) => !waitsOut(planned))];
};
