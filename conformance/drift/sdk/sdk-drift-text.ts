import type { Palette } from '../../reporters/palette.ts';
import { printable } from '../../reporters/printable.ts';
import { counted } from '../../reporters/words.ts';
import type { JudgedChange, SdkSeverity } from './judge-change.ts';
import type { SdkDrift } from './sdk-drift.ts';

const longestType = 120;
const shortened = (text: string): string => (text.length > longestType ? `${text.slice(0, longestType)}…` : text);

const whatText = ({ kind, before, after }: JudgedChange): string => {
  if (before !== undefined && after !== undefined) return `${kind}: ${shortened(before)} → ${shortened(after)}`;
  return `${kind}: ${shortened(after ?? before ?? '')}`;
};

const colourOf = (severity: SdkSeverity, paint: Palette) =>
  ({ breaking: paint.red, additive: paint.yellow, cosmetic: paint.dim })[severity];

const changeLines = (change: JudgedChange, paint: Palette): readonly string[] => [
  `${colourOf(change.severity, paint)(change.severity)}  ${paint.bold(printable(change.path))}  ${paint.dim(change.id)}`,
  `  ${printable(whatText(change))}`,
  ...(change.disagrees ?? []).map(({ wire, path, because }) => `  our schema ${wire} ${printable(because)}, at ${printable(path)}`),
];

/** The drift for people: every change with what our schemas say against it, then the sums. Names out of packages are escaped. */
export const sdkDriftText = (drift: SdkDrift, paint: Palette): string => {
  const { breaking, additive, cosmetic, disagreements } = drift.summary;
  const sums = `${breaking} breaking, ${additive} additive, ${cosmetic} cosmetic`;
  return [
    ...drift.changes.flatMap((change) => changeLines(change, paint)),
    ...(drift.changes.length === 0 ? [] : ['']),
    `${drift.package} ${drift.before} → ${drift.after}: ${sums}; our schemas refuse ${counted(disagreements, 'change')}`,
    '',
  ].join('\n');
};
