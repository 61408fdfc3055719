/** Everything that is our fault or the input's, with the exit code it ends in. One catalogue; match on `code`. */
export const toolErrorExit = {
  usage: 2,
  'config-invalid': 2,
  'definition-invalid': 2,
  'fixture-invalid': 2,
  'baseline-invalid': 2,
  'target-file-invalid': 2,
  'missing-key': 2,
  'key-refused': 2,
  'package-missing': 2,
  'port-in-use': 2,
  'report-unwritable': 2,
  'report-unreadable': 2,
  'target-start-failed': 3,
  'discovery-failed': 3,
  'history-unusable': 2,
  'history-unreachable': 3,
  'history-lost': 3,
} as const;
export type ToolErrorCode = keyof typeof toolErrorExit;

/** One problem of an input: where it is, what was expected, what came, what to do. */
export interface Problem {
  /** File, and line or path inside it. */
  readonly where: string;
  readonly expected: string;
  readonly actual: string;
  readonly hint?: string;
}

export class ToolError extends Error {
  readonly code: ToolErrorCode;
  readonly exitCode: number;
  readonly problems: readonly Problem[];
  readonly hint: string | undefined;

  constructor(
    code: ToolErrorCode,
    message: string,
    options: { readonly problems?: readonly Problem[]; readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'ToolError';
    this.code = code;
    this.exitCode = toolErrorExit[code];
    this.problems = options.problems ?? [];
    this.hint = options.hint;
  }
}
