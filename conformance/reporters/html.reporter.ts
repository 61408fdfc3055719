import { htmlPage } from './html/page.ts';
import type { ReporterFactory } from './reporter.ts';

export const reporter: ReporterFactory = {
  name: 'html',
  about: 'for people, to keep and to send: one page with matrix, failures, both wire traces side by side, search and filter',
  writes: 'document',
  create: ({ out, titles }) => ({ onRunEnd: (report) => out(htmlPage(report, titles)) }),
};
