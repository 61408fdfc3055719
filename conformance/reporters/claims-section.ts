import type { Report } from '../engine/records.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';
import { counted } from './words.ts';

/** Claims of the profile that the target contradicts, each with the first answer that shows it. */
export const claimsSection = (report: Report, paint: Palette): readonly string[] => {
  const claims = report.contradictedClaims ?? [];
  if (claims.length === 0) return [];
  const lines = claims.map(
    ({ claim, because, results }) => `  ${paint.red(printable(claim))}  ${printable(because)} (${counted(results, 'cell')})`,
  );
  return [paint.bold(`contradicted claims of profile ${printable(report.target.profile)}`), ...lines, ''];
};
