/** Both databases, for tests that hold for both. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { HistoryStore } from '../store.ts';
import { privatePostgres, type PrivatePostgres } from './private-postgres.ts';

export interface TestBackend {
  readonly kind: HistoryStore['kind'];
  /** Of a new, empty database. */
  readonly newLocation: () => Promise<string>;
}

export interface TestBackends {
  /** SQLite always; PostgreSQL where there is one. */
  readonly backends: readonly TestBackend[];
  readonly postgres: PrivatePostgres | undefined;
  /** A folder that is removed at the end. */
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

/** Call `remove` after all tests of the file. */
export const testBackends = async (): Promise<TestBackends> => {
  const folder = await mkdtemp(join(tmpdir(), 'wireproof-history-'));
  const postgres = await privatePostgres();
  let files = 0;
  const sqlite: TestBackend = {
    kind: 'sqlite',
    newLocation: async () => {
      files += 1;
      return join(folder, `history-${files}.db`);
    },
  };
  return {
    backends: postgres === undefined ? [sqlite] : [sqlite, { kind: 'postgres', newLocation: postgres.newDatabase }],
    postgres,
    folder,
    remove: async () => {
      await postgres?.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
