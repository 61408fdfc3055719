import { escapeMarkup } from './markup.ts';

/** White text on each of them has a contrast of at least 4.5 to 1. */
const colours = { good: '#1a7f37', bad: '#c62828', open: '#8a5a00' } as const;

/** No font can be measured here; the text is fitted into its place instead. */
const characterWidth = 6.6;
const padding = 6;
const textWidth = (text: string): number => Math.round(text.length * characterWidth);

const textAt = (text: string, left: number): string =>
  `<text x="${left + padding}" y="14" textLength="${textWidth(text)}" lengthAdjust="spacingAndGlyphs">${escapeMarkup(text)}</text>`;

export interface Badge {
  readonly label: string;
  readonly text: string;
  readonly kind: keyof typeof colours;
  /** More than fits: read out, and shown as a hint. */
  readonly about: string;
}

/** A label and a word on colour, as SVG. The texts may come from anywhere. */
export const badgeImage = ({ label, text, kind, about: aboutText }: Badge): string => {
  const left = textWidth(label) + 2 * padding;
  const width = left + textWidth(text) + 2 * padding;
  const about = escapeMarkup(aboutText);
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
