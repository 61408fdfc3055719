import { junitDocument } from './junit-document.ts';
import type { ReporterFactory } from './reporter.ts';
import { xmlText } from './xml-text.ts';

export const reporter: ReporterFactory = {
  name: 'junit',
  about: 'for CI servers: JUnit XML, a suite per scenario and a case per cell and arm',
  writes: 'document',
  extension: 'xml',
  create: ({ out }) => ({ onRunEnd: (report) => out(xmlText(junitDocument(report))) }),
};
