import { closest, distance } from 'fastest-levenshtein';

/** One thing that is wrong with a scenario. */
export interface ScenarioProblem {
  /** Inside the definition, for example `expectations.it-answers.steps`. */
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
  readonly hint?: string;
}

/** A name that is none of `names`, with the one that was probably meant. */
export const unknownName = (path: string, what: string, name: string, names: readonly string[]): ScenarioProblem => {
  const near = names.length === 0 ? undefined : closest(name, [...names]);
  const slip = near !== undefined && distance(name, near) <= Math.max(2, Math.floor(name.length / 3));
  const expected = names.length === 0 ? what : `${what}: ${names.join(', ')}`;
  return { path, expected, actual: JSON.stringify(name), ...(slip && { hint: `did you mean "${near}"?` }) };
};

const describe = ({ path, expected, actual, hint }: ScenarioProblem): string =>
  `  - ${path}: expected ${expected}, got ${actual}${hint === undefined ? '' : ` (${hint})`}`;

/** A definition that cannot be used, with every problem of it. */
export class ScenarioError extends Error {
  readonly problems: readonly ScenarioProblem[];

  constructor(id: string, problems: readonly ScenarioProblem[]) {
    super(`scenario ${id}:\n${problems.map(describe).join('\n')}`);
    this.name = 'ScenarioError';
    this.problems = problems;
  }
}
