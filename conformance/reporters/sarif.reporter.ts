import { sarifLog } from './sarif-log.ts';
import { safeJson } from './printable.ts';
import type { ReporterFactory } from './reporter.ts';

export const reporter: ReporterFactory = {
  name: 'sarif',
  about: 'for code scanning: SARIF 2.1.0, a rule per scenario and a result per check that does not hold',
  writes: 'document',
  create: ({ out, titles }) => ({ onRunEnd: (report) => out(`${safeJson(sarifLog(report, titles), 2)}\n`) }),
};
