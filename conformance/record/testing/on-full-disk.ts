import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

import { CannotPrepare } from '../../grounds/cannot-prepare.ts';
import { prepareDisk } from '../../grounds/disk.ts';

/** What `onFullDisk` gives on a machine that cannot make such a disk begins so. */
export const lacksFullDisk = 'the disk state full needs ';

/**
 * What is seen on a disk with these files and no room for one byte more, or with `room` bytes left; what this machine lacks for one where
 * it cannot be made.
 */
export const onFullDisk = async (
  files: Readonly<Record<string, string>>,
  see: (place: string) => Promise<unknown>,
  room = 0,
): Promise<unknown> => {
  try {
    const { seenByTarget, release } = prepareDisk({ state: 'full' }, { 'config.yaml': '', ...files });
    const filler = join(seenByTarget, 'all-space-is-used-up');
    truncateSync(filler, statSync(filler).size - room);
    return await see(seenByTarget).finally(release);
  } catch (error) {
    if (error instanceof CannotPrepare) return error.message;
    throw error;
  }
};
