import { XMLBuilder } from 'fast-xml-parser';

import { junitDocument } from './junit-document.ts';
import type { ReporterFactory } from './reporter.ts';

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  format: true,
  suppressEmptyNode: true,
  // Without this an attribute whose value is "true" loses its value.
  suppressBooleanAttributes: false,
});

export const reporter: ReporterFactory = {
  name: 'junit',
  about: 'for CI servers: JUnit XML, a suite per scenario and a case per cell and arm',
  writes: 'document',
  extension: 'xml',
  create: ({ out }) => ({ onRunEnd: (report) => out(builder.build(junitDocument(report))) }),
};
