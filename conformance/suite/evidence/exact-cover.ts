/** Which cells an entry of a baseline speaks of; what it leaves out it does not narrow. */
export interface Narrowing {
  readonly dialect?: string;
  readonly upstream?: string;
  readonly stream?: boolean;
}

export interface JudgedCell extends Required<Narrowing> {
  readonly failed: boolean;
}

type Key = keyof Narrowing;

/** From the widest entry to the narrowest. */
const ways: readonly (readonly Key[])[] = [
  [],
  ['upstream'],
  ['dialect'],
  ['stream'],
  ['dialect', 'upstream'],
  ['upstream', 'stream'],
  ['dialect', 'stream'],
  ['dialect', 'upstream', 'stream'],
];

const narrowed = (cell: JudgedCell, keys: readonly Key[]): Narrowing => Object.fromEntries(keys.map((key) => [key, cell[key]]));

const within = (cell: JudgedCell, narrowing: Narrowing): boolean =>
  (Object.keys(narrowing) as Key[]).every((key) => cell[key] === narrowing[key]);

/**
 * The entries that speak of all failed cells and of no other: an entry that also covered a cell that holds today would hide it when it
 * breaks. Wide entries come first, so there are few.
 */
export const exactCover = (cells: readonly JudgedCell[]): readonly Narrowing[] => {
  const entries: Narrowing[] = [];
  const isOpen = (cell: JudgedCell): boolean => cell.failed && !entries.some((entry) => within(cell, entry));
  for (const keys of ways) {
    for (const cell of cells.filter(isOpen)) {
      const entry = narrowed(cell, keys);
      if (isOpen(cell) && cells.filter((each) => within(each, entry)).every(({ failed }) => failed)) entries.push(entry);
    }
  }
  return entries;
};
