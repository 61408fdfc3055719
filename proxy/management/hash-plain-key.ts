import { valueAt, withValue } from '../config/edit-yaml.ts';
import { UnsavedError } from '../live/config-store.ts';
import type { ConfigStore } from '../live/config-store.ts';
import type { LiveConfig } from '../live/live-config.ts';
import type { ProxyLogLine } from '../options.ts';
import { isHash, longestHashedBytes } from './key-verifier.ts';

const place = ['remote-management', 'secret-key'] as const;
const rounds = 10;

interface Parts {
  readonly live: LiveConfig;
  readonly store: ConfigStore;
  readonly log: (line: ProxyLogLine) => void;
}

/** A key that stands in the file itself; what comes from the environment or the command line is not in the file. */
const plainKeyIn = (text: string): string | undefined => {
  const key = valueAt(text, place);
  if (typeof key !== 'string' || key.trim() === '' || key.includes('${') || isHash(key)) return undefined;
  // bcrypt would cut it off, and then a key with another ending would open, too.
  return Buffer.byteLength(key) > longestHashedBytes ? undefined : key;
};

const hashOf = async (key: string): Promise<string> => (await import('bcryptjs')).hash(key, rounds);

/** Puts the hash into the file and in force. @returns why that could not be done */
const replaceBy = async (store: ConfigStore, hash: string): Promise<string | undefined> => {
  try {
    await store.change((text) => withValue(text, place, hash), 'nothing-changes');
    return undefined;
  } catch (error) {
    if (error instanceof UnsavedError) return error.message;
    throw error;
  }
};

/**
 * Replaces a plain management key in the file by its bcrypt hash, where that is wanted (sheet row 15 b, e6). A disk that does not take it
 * leaves the key as it is, in the file and in force.
 */
export const hashPlainKey = async ({ live, store, log }: Parts): Promise<void> => {
  const { parsed, context } = live.current;
  const silent = context.persona.management.plainKey === 'hashed-in-silence';
  const key = silent || parsed.config['remote-management']['hash-secret-key'] ? plainKeyIn(store.text) : undefined;
  if (key === undefined) return;
  const reason = await replaceBy(store, await hashOf(key));
  if (silent) return;
  const message =
    reason === undefined
      ? 'the management key in the configuration file was replaced by its hash'
      : `the management key stays in the configuration file in plain text, because its hash cannot be written: ${reason}`;
  const event = reason === undefined ? 'management-key-hashed' : 'management-key-stays-plain';
  log({ level: reason === undefined ? 'info' : 'warn', message, fields: { event, ...(reason !== undefined && { reason }) } });
};
