import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The text of every file in a directory and the folders in it, by its path from there. */
export const filesIn = (directory: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file.slice(directory.length + 1), readFileSync(file, 'utf8')]),
  );
