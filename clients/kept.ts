import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

import { type CaseId, caseIds } from './cases.ts';
import { readRecorded, type Recorded } from './record.ts';

/** What runs left behind, in `exchanges/<client>/<case>.json`. */

const folder = new URL('exchanges/', import.meta.url);
const fileOf = (client: string, id: CaseId): URL => new URL(`${client}/${id}.json`, folder);

/** `undefined` when nothing is kept of it. Throws an Error that names a file that cannot be read. */
export const keptOf = (client: string, id: CaseId): Recorded | undefined => {
  const file = fileOf(client, id);
  if (!existsSync(file)) return undefined;
  try {
    return readRecorded(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${client}/${id}.json: ${(cause as Error).message}`, { cause });
  }
};

/** All that is kept of these clients, in their order and that of the cases. */
export const keptOfAll = (clients: readonly string[]): readonly Recorded[] =>
  clients.flatMap((client) => caseIds.flatMap((id) => keptOf(client, id) ?? []));

/** Files that belong to no client and no case. */
export const strayFiles = (clients: readonly string[]): readonly string[] => {
  const known = new Set(clients.flatMap((client) => caseIds.map((id) => `${client}/${id}.json`)));
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() ? readdirSync(new URL(`${entry.name}/`, folder)).map((file) => `${entry.name}/${file}`) : [entry.name],
    )
    .filter((file) => !known.has(file))
    .sort();
};

export const writeWhole = (file: URL, text: string): void => {
  const fresh = new URL(`${file.href}.new`);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(fresh, text);
  renameSync(fresh, file);
};

export const keep = (recorded: Recorded): void =>
  writeWhole(fileOf(recorded.client, recorded.case), `${JSON.stringify(recorded, null, 2)}\n`);
