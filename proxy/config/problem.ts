/** One thing that is wrong with the configuration, said so that it can be fixed without reading code. */
export interface ConfigProblem {
  /** File (with line, where known) and path, for example `config.yaml: openai-compatibility[0].base-url`. */
  readonly where: string;
  readonly expected: string;
  readonly actual: string;
  readonly hint?: string;
}

const describe = ({ where, expected, actual, hint }: ConfigProblem): string =>
  `${where}: expected ${expected}, got ${actual}${hint === undefined ? '' : ` (${hint})`}`;

/** All problems of one load together. */
export class ConfigError extends Error {
  readonly code = 'config-invalid';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options: { readonly cause?: unknown } = {}) {
    super(problems.map(describe).join('\n'), options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** The configuration is well, but its address cannot be had. */
export class ListenError extends ConfigError {
  constructor(problem: ConfigProblem, options: { readonly cause?: unknown } = {}) {
    super([problem], options);
    this.name = 'ListenError';
  }
}

export const describeProblem = describe;
