import type { Report } from '../engine/records.ts';
import { badgeImage } from './badge-image.ts';
import { outcomeOf } from './outcome.ts';
import type { ReporterFactory } from './reporter.ts';

const label = 'wireproof';

const badge = (report: Report): string => {
  const { text, kind } = outcomeOf(report);
  const about = `${label}: ${text} (${report.target.name}, ${report.run.startedAt.slice(0, 10)})`;
  return badgeImage({ label, text, kind, about });
};

export const reporter: ReporterFactory = {
  name: 'badge',
  about: 'for a README: an SVG that says in two words how the run ended',
  writes: 'document',
  extension: 'svg',
  create: ({ out }) => ({ onRunEnd: (report) => out(badge(report)) }),
};
