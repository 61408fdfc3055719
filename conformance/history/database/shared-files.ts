/**
 * One connection for each SQLite file in a process, however often it is opened there: a second one would wait for the first one's lock by
 * stopping the very process that holds it.
 */
import { resolve } from 'node:path';

interface Shared<Opened> {
  readonly opening: Promise<Opened>;
  users: number;
}

export interface SharedFiles<Opened> {
  /** Opens the file, or joins those who have it open. `leave` closes it with the last one. */
  readonly join: (file: string, open: () => Promise<Opened>) => Promise<{ readonly opened: Opened; readonly leave: () => Promise<void> }>;
}

const inMemory = ':memory:';

export const sharedFiles = <Opened>(close: (opened: Opened) => Promise<void>): SharedFiles<Opened> => {
  const files = new Map<string, Shared<Opened>>();
  let memories = 0;
  const keyOf = (file: string): string => {
    if (file !== inMemory) return resolve(file);
    memories += 1;
    return `${inMemory}${memories}`;
  };
  return {
    join: async (file, open) => {
      const key = keyOf(file);
      const shared = files.get(key) ?? { opening: open(), users: 0 };
      files.set(key, shared);
      shared.users += 1;
      let left = false;
      const isLast = (): boolean => {
        if (left) return false;
        left = true;
        shared.users -= 1;
        if (shared.users > 0) return false;
        files.delete(key);
        return true;
      };
      try {
        const opened = await shared.opening;
        return {
          opened,
          leave: async () => {
            if (isLast()) await close(opened);
          },
        };
      } catch (error) {
        isLast();
        throw error;
      }
    },
  };
};
