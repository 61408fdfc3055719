import { z } from 'zod';

import { count, name, secret } from './values.ts';

/** (ours) A client key with limits; a bare text in `api-keys` is a key without any. */
export const scopedKey = z.strictObject({
  key: secret,
  /** What logs, metrics and usage call the client; the key itself is never shown. */
  name: name.optional(),
  /** Models that it may ask for, with wildcards; absent: all. */
  models: z.array(name).min(1).optional(),
  'requests-per-minute': count.min(1).optional(),
  'tokens-per-day': count.max(1_000_000_000).min(1).optional(),
});

export interface ClientKey {
  readonly key: string;
  readonly name?: string | undefined;
  readonly models?: readonly string[] | undefined;
  readonly 'requests-per-minute'?: number | undefined;
  readonly 'tokens-per-day'?: number | undefined;
}

/** Keys in the order of the file, trimmed, each once; blanks are dropped (sheet 1.1). */
export const clientKeys = z
  .array(z.union([secret.transform((key): ClientKey => ({ key })), scopedKey]))
  .default([])
  .transform((keys): readonly ClientKey[] =>
    [...new Map(keys.map((entry) => [entry.key, entry])).values()].filter(({ key }) => key !== ''),
  );
