import type { Command } from 'commander';

import type { CliIo } from './io.ts';
import type { CliParts } from './parts.ts';

export interface CommandContext {
  readonly io: CliIo;
  readonly parts: CliParts;
  /** False with `--no-color`. */
  readonly colour: boolean;
}

/** A file of `commands/`, named after the command, exports this as `command`. It imports what is heavy inside `run` only. */
export interface CliCommand {
  /** Equals the file name. */
  readonly name: string;
  readonly about: string;
  /** Shown by `--help`: a command line and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  /** More text for `--help`. */
  readonly notes?: string;
  /** Where it stands in the list of commands; lower is earlier. */
  readonly order: number;
  /** Adds arguments and options. */
  readonly declare: (command: Command) => void;
  /** Does the work and returns the exit code. Throws ToolError. */
  readonly run: (command: Command, context: CommandContext) => Promise<number>;
}
