/** Something that one check of a suite has against the proxy. */
export interface Finding {
  /** The suite's own name for it; for a check that came to no verdict, the check's name and how it ended. */
  readonly id: string;
  readonly says: string;
}

/** One check of a suite, in one run. */
export interface Check {
  readonly id: string;
  /** The suite's word: pass, fail, warn, unsupported, inconclusive, … */
  readonly outcome: string;
  /** Empty when the suite has nothing against what it saw. */
  readonly findings: readonly Finding[];
}

/** Where a suite is pointed. */
export interface Aim {
  /** Of the proxy, without a trailing slash and without `/v1`. */
  readonly url: string;
  readonly clientKey: string;
  readonly model: string;
  /** The suite writes its report here. */
  readonly reportFile: string;
}

/** Somebody else's suite, as published on npm. */
export interface Suite {
  readonly name: string;
  /** Exact. */
  readonly version: string;
  readonly licence: string;
  readonly about: string;
  /** Of the program that node runs, inside the package. */
  readonly program: string;
  readonly args: (aim: Aim) => readonly string[];
  /** Where the suite looks for the key. */
  readonly env: (aim: Aim) => Readonly<Record<string, string>>;
  /** Bound of one run. */
  readonly withinMs: number;
  /** Throws an Error that says what is wrong when the report is none, or is that of a run that did not get to its end. */
  readonly read: (report: string) => readonly Check[];
}
