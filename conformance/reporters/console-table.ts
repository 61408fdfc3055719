import { byPageRow } from '#scenarios/kit/page-row';

import { verdicts, type ResultRecord, type Verdict } from '../engine/records.ts';
import { grouped } from './grouped.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

type Column = Verdict | 'known';
const columnOf = (result: ResultRecord): Column =>
  result.verdict === 'fail' && result.knownFailure !== undefined ? 'known' : result.verdict;

interface Painted {
  readonly text: string;
  readonly painted: string;
}

/** `22 pass, 1 fail, 1 known`; a dash when the arm did not run. */
const armText = (results: readonly ResultRecord[], paint: Palette): Painted => {
  const parts = [...verdicts, 'known' as const].flatMap((column) => {
    const count = results.filter((result) => columnOf(result) === column).length;
    return count === 0 ? [] : [{ column, text: `${count} ${column}` }];
  });
  if (parts.length === 0) return { text: '-', painted: paint.dim('-') };
  return {
    text: parts.map((part) => part.text).join(', '),
    painted: parts.map((part) => (part.column === 'known' ? paint.yellow : paint.verdict[part.column])(part.text)).join(', '),
  };
};

const plain = (text: string): Painted => ({ text, painted: text });

/** Columns are as wide as their widest cell; the last one is not padded. */
const aligned = (rows: readonly (readonly Painted[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.text.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell.painted : cell.painted + ' '.repeat((widths[index] ?? 0) - cell.text.length)))
      .join('  '),
  );
};

/** A line per scenario in the order of rows: how many cells of each arm ended how. */
export const scenarioTable = (
  results: readonly ResultRecord[],
  about: { readonly arms: readonly string[]; readonly titles: Readonly<Record<string, string>>; readonly paint: Palette },
): readonly string[] => {
  const scenarios = [...grouped(results, (result) => result.scenario).entries()].sort(
    ([idA, [a]], [idB, [b]]) => byPageRow(a?.row ?? 0, b?.row ?? 0) || idA.localeCompare(idB),
  );
  const head = ['row', 'scenario', ...about.arms, 'title'].map((text) => ({ text, painted: about.paint.dim(text) }));
  const lines = scenarios.map(([id, ofScenario]) => [
    plain(String(ofScenario[0]?.row ?? '').padStart(3)),
    plain(printable(id)),
    ...about.arms.map((arm) =>
      armText(
        ofScenario.filter((result) => result.arm === arm),
        about.paint,
      ),
    ),
    plain(printable(about.titles[id] ?? '')),
  ]);
  return aligned([head, ...lines]).map((line) => line.trimEnd());
};
