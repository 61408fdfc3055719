import { existsSync, readFileSync, rmSync } from 'node:fs';

/**
 * A file that must keep its place is overwritten, and a kill in the middle of that leaves a mixture: the system writes page by page. So what
 * is about to be written lies beside it until it is done, and the next start finishes what was broken off.
 */
interface Unfinished {
  readonly old: string;
  readonly next: string;
}

const journalOf = (path: string): string => `${path}.unfinished`;

/** Padded with line feeds to the old length: between the write and the cut, the file is already as good as the new text. */
export const padded = (text: string, length: number): Buffer => {
  const bytes = Buffer.from(text);
  return bytes.length >= length ? bytes : Buffer.concat([bytes, Buffer.alloc(length - bytes.length, '\n')]);
};

/** Calls `write`, with the journal beside the file while it runs. Where none can be kept, `write` runs without. */
export const withJournal = async (path: string, next: string, write: () => void): Promise<void> => {
  const journal = journalOf(path);
  try {
    const { default: writeFileAtomic } = await import('write-file-atomic');
    const unfinished: Unfinished = { old: readFileSync(path, 'utf8'), next };
    await writeFileAtomic(journal, JSON.stringify(unfinished), { mode: 0o600, fsync: true });
  } catch {
    // The directory is not for writing; then nothing can be kept in it.
  }
  try {
    write();
  } finally {
    removeJournal(journal);
  }
};

const removeJournal = (journal: string): void => {
  try {
    rmSync(journal, { force: true });
  } catch {
    // It is of no harm: a file that is not a mixture of its two texts is left alone.
  }
};

const commonLength = (a: Buffer, b: Buffer): number => {
  const end = Math.min(a.length, b.length);
  let length = 0;
  while (length < end && a[length] === b[length]) length += 1;
  return length;
};

/** Whether the file begins as the new text and goes on as the old one. Somebody's own edit does not look like that. */
const isMixture = (found: Buffer, { old, next }: Unfinished): boolean => {
  const before = Buffer.from(old);
  const after = padded(next, before.length);
  if (found.equals(before) || found.equals(Buffer.from(next))) return false;
  const length = commonLength(found, after);
  return found.subarray(length).equals(before.subarray(length));
};

/**
 * Finishes a write that was broken off by a kill, when the file is what such a write leaves.
 * @param overwrite puts a text in the file's place, in place
 * @returns whether there was something to finish
 */
export const finishBrokenOffWrite = (path: string, overwrite: (path: string, text: string) => void): boolean => {
  const journal = journalOf(path);
  if (!existsSync(journal)) return false;
  const unfinished = JSON.parse(readFileSync(journal, 'utf8')) as Unfinished;
  const broken = isMixture(readFileSync(path), unfinished);
  if (broken) overwrite(path, unfinished.next);
  removeJournal(journal);
  return broken;
};
