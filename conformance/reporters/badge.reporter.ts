import type { Report } from '../engine/records.ts';
import { escapeMarkup } from './markup.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import type { ReporterFactory } from './reporter.ts';

const label = 'wireproof';
/** White text on each of them has a contrast of at least 4.5 to 1. */
const colours: Readonly<Record<Outcome['kind'], string>> = { good: '#1a7f37', bad: '#c62828', open: '#8a5a00' };

/** No font can be measured here; the text is fitted into its place instead. */
const characterWidth = 6.6;
const padding = 6;
const textWidth = (text: string): number => Math.round(text.length * characterWidth);

const textAt = (text: string, left: number): string =>
  `<text x="${left + padding}" y="14" textLength="${textWidth(text)}" lengthAdjust="spacingAndGlyphs">${escapeMarkup(text)}</text>`;

const badge = (report: Report): string => {
  const { text, kind } = outcomeOf(report);
  const left = textWidth(label) + 2 * padding;
  const width = left + textWidth(text) + 2 * padding;
  const about = escapeMarkup(`${label}: ${text} (${report.target.name}, ${report.run.startedAt.slice(0, 10)})`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" viewBox="0 0 ${width} 20" role="img" aria-label="${about}">`,
    `<title>${about}</title>`,
    `<rect width="${width}" height="20" rx="3" fill="#3f4448"/>`,
    `<path d="M${left} 0H${width - 3}a3 3 0 0 1 3 3V17a3 3 0 0 1 -3 3H${left}z" fill="${colours[kind]}"/>`,
    '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">',
    textAt(label, 0),
    textAt(text, left),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
};

export const reporter: ReporterFactory = {
  name: 'badge',
  about: 'for a README: an SVG that says in two words how the run ended',
  writes: 'document',
  extension: 'svg',
  create: ({ out }) => ({ onRunEnd: (report) => out(badge(report)) }),
};
