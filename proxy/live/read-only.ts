import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** A place that the proxy would write to and cannot. */
export interface ReadOnlyPlace {
  readonly what: 'config file' | 'directory of the config file' | 'auth-dir';
  readonly path: string;
  /** The system's code: EROFS for a read-only mount, EACCES for missing rights. */
  readonly code: string;
  readonly meaning: string;
}

const meanings: Readonly<Record<ReadOnlyPlace['what'], string>> = {
  'config file': 'changes through the management API last until the next start only (persisted: false)',
  'directory of the config file':
    'the config file is written in place, without the safety of a rename; logging-to-file and relative stores may fail',
  'auth-dir': 'refreshed tokens are kept in memory only',
};

const faultOf = (path: string): string | undefined => {
  try {
    accessSync(path, constants.W_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
};

const placesOf = (configPath: string, authDirectory: string | undefined): readonly (readonly [ReadOnlyPlace['what'], string])[] => [
  ['config file', configPath],
  ['directory of the config file', dirname(configPath)],
  ...(authDirectory === undefined ? [] : [['auth-dir', authDirectory] as const]),
];

/** Which of the places that a running proxy writes to are not for writing, as the system sees them now. */
export const readOnlyPlaces = (
  configPath: string,
  authDirectory: string | undefined,
  probe: (path: string) => string | undefined = faultOf,
): readonly ReadOnlyPlace[] =>
  placesOf(configPath, authDirectory).flatMap(([what, path]) => {
    const code = existsSync(path) ? probe(path) : undefined;
    return code === undefined ? [] : [{ what, path, code, meaning: meanings[what] }];
  });
