import { z } from 'zod';

/** An address that something can be posted to. Whoever writes the configuration decides which. */
export const httpUrl = z.url({ protocol: /^https?$/, error: 'an http or https URL' }).max(2000, 'at most 2000 characters');

const sourceName = z.string().min(1, 'the name of a variable, or the path of a file').max(1000);

/** The two keys that say where a secret is; the secret itself never stands in the configuration. */
export const secretKeys = <Name extends string>(name: Name) =>
  ({ [`${name}-env`]: sourceName.optional(), [`${name}-file`]: sourceName.optional() }) as Readonly<
    Record<`${Name}-env` | `${Name}-file`, z.ZodOptional<z.ZodString>>
  >;

/** What every kind takes. */
export const commonSettings = {
  /** Seconds for one attempt, from connecting to the end of the answer. */
  'timeout-seconds': z.number().min(1, '1 to 60 seconds').max(60, '1 to 60 seconds').default(10),
  /** Where people find the status page: the letter then has a link to the incident. */
  'status-page': httpUrl.optional(),
} as const;
