/** One thing in which personas differ. */
export interface Difference {
  readonly id: string;
  readonly what: string;
  /** Where the personas say it, in dots: `surface.health`. More than one where they only mean something together. */
  readonly fields: readonly string[];
  /** Section of the fact sheets: `1.2`, `S3`, `X4`, `R5`. */
  readonly sheet: string;
  /** V: read in the builds' code, tests, docs or history. I: inferred. */
  readonly mark: 'V' | 'I';
}

/** Something that the builds do and no persona does. */
export interface NotImitated {
  readonly what: string;
  readonly sheet: string;
  readonly why: string;
}
