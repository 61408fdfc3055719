import type { Report, ResultRecord } from '../engine/records.ts';
import type { RunStart } from '../engine/run-start.ts';

export type { RunStart };

/** Three optional moments; finished records in, text out. A reporter neither reads clocks nor touches files. */
export interface Reporter {
  readonly onRunStart?: (start: RunStart) => void;
  readonly onResult?: (result: ResultRecord) => void;
  readonly onRunEnd?: (report: Report) => void;
}

export interface ReporterOutput {
  /** Appends text to where this reporter writes. */
  readonly out: (text: string) => void;
  /** A live line, rewritten in place, makes sense. */
  readonly terminal: boolean;
  readonly colours: boolean;
  readonly columns: number;
  /** Scenario titles by id, for people. */
  readonly titles: Readonly<Record<string, string>>;
}

/** The file is `<name>.reporter.ts` in this folder and exports this as `reporter`. */
export interface ReporterFactory {
  /** Equals the file name. */
  readonly name: string;
  readonly about: string;
  /** `document`: the whole output is one document, so nothing else may write to the same place. `lines`: shares a place with others. */
  readonly writes: 'lines' | 'document';
  /** What a file of it is called, where that is not its name. */
  readonly extension?: string;
  /** Into a file it is written as it comes, so that a run that dies leaves what it had; others are written whole at the end. */
  readonly streams?: true;
  readonly create: (output: ReporterOutput) => Reporter;
}
