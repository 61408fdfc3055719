import { randomBytes } from 'node:crypto';

import { driftExitCode, type DriftReport } from '../../drift/drift-report.ts';
import { findDriftFormat } from '../../drift/find-format.ts';
import type { Replacement } from '../../drift/update/replace-files.ts';
import { printable } from '../../reporters/printable.ts';
import { exitCodeOfSignal, type CliIo } from '../io.ts';
import type { FormatOutputs } from './format-outputs.ts';

/** What standard output is kept for with `--update`. */
export const changeListIs = 'the change list of --update';

export interface Updating {
  readonly baseline: string;
  readonly replacement: () => Replacement;
  /** Why the baseline must stay as it is; empty when nothing stands in the way. */
  readonly obstacles: readonly string[];
}

const update = async ({ baseline, replacement, obstacles }: Updating, report: DriftReport, io: CliIo): Promise<number> => {
  if (obstacles.length > 0) {
    io.err(
      ['the baseline stays as it was, since not everything has a new answer:', ...obstacles.map((one) => `  ${printable(one)}`), ''].join(
        '\n',
      ),
    );
    return 3;
  }
  const { updateBaseline } = await import('../../drift/update/update-baseline.ts');
  const suffix = randomBytes(6).toString('hex');
  io.out(await updateBaseline(baseline, replacement(), report, { suffix, signal: io.signal }));
  return 0;
};

interface Setting {
  readonly io: CliIo;
  readonly strict: boolean;
  /** Absent without `--update`. */
  readonly updating?: Updating;
}

/** What was done before a signal is told, and no verdict on all of it. */
const unlessStopped = (code: number, { signal, err }: CliIo): number => {
  if (!signal.aborted) return code;
  const ofSignal = exitCodeOfSignal(signal.reason);
  err(`stopped by ${String(signal.reason)}: exit ${ofSignal}\n`);
  return ofSignal;
};

/** Writes every format, then the new baseline if that was asked for, and returns the exit code. */
export const reportDrift = async (report: DriftReport, outputs: FormatOutputs, { io, strict, updating }: Setting): Promise<number> => {
  await outputs.write(async (format) => (await findDriftFormat(format))(report));
  const code = updating === undefined ? driftExitCode(report, strict) : await update(updating, report, io);
  return unlessStopped(code, io);
};
