/** Something that a dialect cannot carry. Nothing is dropped without one of these. */
export interface Loss {
  /** Where in the neutral request it was, for example `turns[2].parts[0].isError`. */
  readonly path: string;
  readonly why: string;
}

export interface Translated<T> {
  readonly value: T;
  readonly losses: readonly Loss[];
}
