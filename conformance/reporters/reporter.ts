import type { Report, ResultRecord } from '../engine/records.ts';

export interface RunStart {
  readonly tool: Report['tool'];
  readonly target: Report['target'];
  readonly seed: number;
  /** How many results will come. */
  readonly planned: number;
  readonly arms: readonly string[];
}

/** Three optional moments; finished records in, text out. A reporter neither reads clocks nor touches files. */
export interface Reporter {
  readonly onRunStart?: (start: RunStart) => void;
  readonly onResult?: (result: ResultRecord) => void;
  readonly onRunEnd?: (report: Report) => void;
}

export interface ReporterOutput {
  /** Appends text to where this reporter writes. */
  readonly out: (text: string) => void;
  /** Colours and a live line make sense. */
  readonly terminal: boolean;
  readonly columns: number;
}

export interface ReporterFactory {
  /** Equals the file name. */
  readonly name: string;
  readonly about: string;
  readonly create: (output: ReporterOutput) => Reporter;
}
