import { stringify } from 'yaml';

import type { Disk } from '#scenarios/kit/grounds/disk';

import { prepareDisk, type PreparedDisk } from '../grounds/disk.ts';

/** What a person wrote into the file, and expects to find there again. */
const comment = '# written by hand: comments are kept\n';

/** Log-in tools name a file after the account that it is for. */
const nameOf = (file: unknown, index: number): string => {
  const email = (file as { readonly email?: unknown } | null)?.email;
  return `auth/${typeof email === 'string' ? email : `account-${index}`}.json`;
};

/** The reference target's configuration and accounts as files on a disk. */
export const referenceFiles = (disk: Disk, config: Readonly<Record<string, unknown>>, authFiles: readonly unknown[]): PreparedDisk =>
  prepareDisk(disk, {
    'config.yaml': comment + stringify({ ...config, 'auth-dir': 'auth' }),
    ...Object.fromEntries(authFiles.map((file, index) => [nameOf(file, index), JSON.stringify(file)])),
  });
