import type { Launch } from '#scenarios/kit/grounds/launch';

/** A program that is ready to be started. */
export interface ProgramStart {
  readonly command: readonly string[];
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Where it looks for its configuration, and where the operator's file is: the same, unless it was given a copy. */
  readonly config: { readonly path: string; readonly operators: string };
}

/** What a start may use; taken away after it. */
export interface ProgramPlace {
  readonly folder: string;
  /** The port on which somebody else listens, where the launch wants that. */
  readonly takenPort: number | undefined;
}

/** How a target is started as a program of its own. */
export interface Program {
  /** What the scenario's ground says of every start. */
  readonly ground: Launch;
  /** Lays out the files of a start and says what is to be typed. */
  readonly lay: (launch: Launch, place: ProgramPlace) => Promise<ProgramStart>;
}
