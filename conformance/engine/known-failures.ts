import type { ArmResult } from './arm.ts';
import type { Report, ResultRecord } from './records.ts';

/** What a run needs of a baseline. `conformance/baseline` reads one from a file. */
export interface KnownFailures {
  /** The entry that covers this failure, when one does. */
  readonly cover: (result: ArmResult) => ResultRecord['knownFailure'];
  /** Entries that cover nothing any more, and entries past their date. */
  readonly problems: (
    results: readonly ArmResult[],
    about: { readonly today: string; readonly complete: boolean },
  ) => NonNullable<Report['baseline']>;
}

/** The record with the entry that covers its failure. */
export const withKnownFailure = (result: ArmResult, known: KnownFailures | undefined): ArmResult => {
  if (known === undefined || result.record.verdict !== 'fail') return result;
  const knownFailure = known.cover(result);
  return knownFailure === undefined ? result : { ...result, record: { ...result.record, knownFailure } };
};
