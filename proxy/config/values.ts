import { z } from 'zod';

/** The kinds of values that configuration and auth files are made of. */

export const name = z.string().trim().min(1);
/** Marked in the JSON Schema with `writeOnly`: nothing shows it, see `secret-places.ts`. */
export const secret = z
  .union([z.string(), z.number()])
  .meta({ writeOnly: true })
  .transform((value) => String(value).trim());
export const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
/** Where upstream requests go through: an HTTP(S) or SOCKS5 proxy, or `direct` to ignore a wider setting. */
export const proxyUrl = z.union([
  z.literal('none').transform(() => 'direct'),
  z.literal(['direct', '']),
  z.url({ protocol: /^(?:https?|socks5h?)$/ }),
]);
export const bytes = z
  .number()
  .int()
  .min(1)
  .max(2 ** 31);
export const count = z.number().int().min(0).max(1_000_000);
export const headers = z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/), z.string().meta({ writeOnly: true }));
/** Retry rounds of one entry; a negative number is as good as none, and means the general setting. */
export const ownRounds = z
  .number()
  .int()
  .max(20)
  .transform((rounds) => (rounds < 0 ? undefined : rounds));
/** Sets a credential apart: `team-a` serves `team-a/model`. */
export const prefix = name.regex(/^[^/]+$/, 'no slash');
/** The longest that a duration may be, in seconds: thirty days. */
export const seconds = z.number().min(0).max(2_592_000);
/** Seconds where other products take a negative number for "never", as 0. */
export const secondsOrNever = z
  .number()
  .max(2_592_000)
  .transform((value) => Math.max(0, value));
