import type { Probe } from './probe.ts';
import type { Scenario } from './scenario.ts';

type Steps<Step extends string> = Readonly<Record<Step, Probe>>;

/** The named steps and those that must end before them. */
const withPredecessors = <Step extends string>(steps: Steps<Step>, names: Iterable<string>): ReadonlySet<string> => {
  const all = new Set(names);
  // A set may grow while it is walked, and the walk reaches what was added.
  for (const name of all) for (const earlier of steps[name as Step]?.after ?? []) all.add(earlier);
  return all;
};

/**
 * The scenario without the requests that no expectation of their cell looks at: they would cost time, and money on a live target.
 * A step of another cell's kind, an image in a dialect without such images for example, is then never sent.
 */
export const onlyJudgedSteps = <Step extends string>(scenario: Scenario<Step>): Scenario<Step> => ({
  ...scenario,
  steps: (context) => {
    const steps = scenario.steps(context);
    const judged = scenario.expectations
      .filter((expectation) => expectation.appliesTo(context.cell))
      .flatMap((expectation) => expectation.steps);
    const needed = withPredecessors(steps, judged);
    return Object.fromEntries(Object.entries(steps).filter(([name]) => needed.has(name))) as Steps<Step>;
  },
});
