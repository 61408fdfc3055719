/** What narrowed a run, a flag with its value each; empty for a whole one. */
export type Selection = readonly string[];

const shardFlag = /^--shard \d{1,4}\/(\d{1,4})$/;

const nameOf = (selection: Selection): string => selection.join(' ');

/** The whole that the shards of a run make, where all of them are there. */
const joined = (selection: Selection, names: ReadonlySet<string>): Selection => {
  const at = selection.findIndex((flag) => shardFlag.test(flag));
  const count = Number(shardFlag.exec(selection[at] ?? '')?.[1] ?? 0);
  const sisters = Array.from({ length: count }, (_, index) => nameOf(selection.with(at, `--shard ${index + 1}/${count}`)));
  return count > 0 && sisters.every((name) => names.has(name)) ? selection.toSpliced(at, 1) : selection;
};

/**
 * The parts that some runs judged, `--row 3 --arm remedy` for example; none where one of them was whole. Shards of which all are there
 * count as the run that they were cut from.
 */
export const partsOfRun = (selections: readonly Selection[]): readonly string[] => {
  const names = new Set(selections.map(nameOf));
  const parts = new Set(selections.map((selection) => nameOf(joined(selection, names))));
  return parts.has('') ? [] : [...parts];
};
