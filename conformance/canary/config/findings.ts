import { ToolError, type Problem } from '../../errors.ts';
import type { ConfigSource } from './read-config.ts';

/** Collects what is wrong with a configuration, so that all of it is told at once. */
export interface Findings {
  readonly problem: (path: readonly PropertyKey[], expected: string, actual: string, hint?: string) => void;
  /** Something that runs, and yet is hardly meant. */
  readonly warning: (path: readonly PropertyKey[], says: string, hint?: string) => void;
  /** Problems of a file that the configuration names. */
  readonly add: (problems: readonly Problem[]) => void;
  readonly warnings: () => readonly string[];
  readonly hasProblems: () => boolean;
  /** @throws ToolError `config-invalid` with every problem, when there is one */
  readonly throwAll: () => void;
}

const sameness = ({ where, expected, actual }: Problem): string => `${where}\n${expected}\n${actual}`;

/** Each problem and warning once, however many targets have it from the defaults. */
export const openFindings = ({ file, where }: Pick<ConfigSource, 'file' | 'where'>): Findings => {
  const problems = new Map<string, Problem>();
  const warnings = new Set<string>();
  const add = (found: readonly Problem[]): void => found.forEach((problem) => problems.set(sameness(problem), problem));
  return {
    add,
    problem: (path, expected, actual, hint) => add([{ where: where(path), expected, actual, ...(hint !== undefined && { hint }) }]),
    warning: (path, says, hint) => void warnings.add(`${where(path)}: ${says}${hint === undefined ? '' : ` (${hint})`}`),
    warnings: () => [...warnings],
    hasProblems: () => problems.size > 0,
    throwAll: () => {
      if (problems.size === 0) return;
      throw new ToolError('config-invalid', `${file} is not a canary configuration as it stands`, { problems: [...problems.values()] });
    },
  };
};
