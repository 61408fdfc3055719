import type { Children } from './children.ts';

/** What a measure gets to work with. */
export interface MeasureContext {
  /** Fewer repetitions: for a look, not for figures that are kept. */
  readonly quick: boolean;
  /** The package's folder. */
  readonly root: string;
  /** For packages installed for comparison only, outside our own dependencies. */
  readonly cacheDir: string;
  /** For files that the run needs and that are removed at its end. */
  readonly scratchDir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Every program a measure starts is started through this, so that none survives the run. */
  readonly children: Children;
  /** Aborted when the run is to end early. */
  readonly signal: AbortSignal;
  /** Tells the person who waits what goes on. */
  readonly progress: (message: string) => void;
}

export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One ratio, by the clock and by processor time: a slow moment of the machine moves the first more than the second. */
export interface Votes {
  readonly bound: number;
  readonly better: 'more' | 'less';
  /** How much of it is the machine's doing, where that is more than elsewhere: 0.4 for two fifths. */
  readonly moves?: number;
  /** Absent where only processor time is asked for. */
  readonly byClock?: number;
  readonly byCpu: number;
}

export interface Goal {
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  /** `undefined`: it could not be measured, and `measured` says why. */
  readonly met: boolean | undefined;
  /** `correctness` goals fail the run when missed; `speed` depends on the machine and only shows. */
  readonly kind: 'speed' | 'correctness';
  /** The figures behind `measured`, where they are ratios that `--gate` looks at. */
  readonly votes?: Votes;
  /** The traffic under which it is measured, as `--profile` names it: a goal that is missed is shown with a profile of it. */
  readonly traffic?: string;
}

/** A measure that was not part of a run. */
export interface LeftOut {
  readonly name: string;
  readonly title: string;
  readonly why: string;
}

export interface MeasureReport {
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
  /** How it was measured, and what to mind when reading. */
  readonly notes: readonly string[];
  /** Packages beside our own that were measured, by name. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** The file is `measures/<name>.measure.ts` and exports this as `measure`. */
export interface Measure {
  /** Equals the file name. */
  readonly name: string;
  readonly title: string;
  /** Lower ones run first. */
  readonly order: number;
  /** Why a quick run does without it, unless it is asked for by name. */
  readonly notQuick?: string;
  /** Throws when it cannot be carried out, or when something measured gave a wrong answer. */
  readonly run: (context: MeasureContext) => Promise<MeasureReport>;
}
