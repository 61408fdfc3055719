import { safeJson } from './printable.ts';
import type { ReporterFactory } from './reporter.ts';

export const reporter: ReporterFactory = {
  name: 'json',
  about: 'for machines: the whole report, schema wireproof.report/v1',
  writes: 'document',
  create: ({ out }) => ({ onRunEnd: (report) => out(`${safeJson(report, 2)}\n`) }),
};
