import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes as the builds do: the file is emptied, then filled as far as there is room (sheet row 15 e8).
 * @throws the system's error; the file may then hold nothing, or the beginning of the text.
 */
export const emptyAndFill = (path: string, text: string): void => writeFileSync(path, text);

/** The builds try a whole new configuration out in a file beside it (row 15 b). @throws the system's error. */
export const tryOutBeside = (path: string): void => {
  const directory = mkdtempSync(join(dirname(path), 'config-validate-'));
  rmSync(directory, { recursive: true });
};
