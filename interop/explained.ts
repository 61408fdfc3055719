import { readFileSync } from 'node:fs';

import { parse } from 'yaml';
import { z } from 'zod';

import { surfaceIds, type SurfaceId } from '#fixtures/exchange';

const upstreams = z.union([z.literal('all'), z.array(z.enum(surfaceIds)).min(1)]);

const explanationSchema = z.strictObject({
  suite: z.string().min(1),
  findings: z.array(z.string().min(1)).min(1),
  /** Behind which upstreams they occur. */
  upstreams,
  /** In each of their messages, so that another problem under the same name is not taken for this one. */
  says: z.string().min(1).exactOptional(),
  /**
   * `suite`: it asks for what the vendor does not document. `upstream`: the upstream's API has no such thing. `scope`: this proxy does not
   * serve it. `proxy`: its own choice, which the reason defends.
   */
  whose: z.enum(['suite', 'upstream', 'scope', 'proxy']),
  because: z.string().min(40),
  documentation: z.array(z.url({ protocol: /^https$/ })).min(1),
});

export type Explanation = z.infer<typeof explanationSchema>;

/** Reads the explanations from YAML. Throws an Error with every problem of the text. */
export const readExplanations = (text: string): readonly Explanation[] => {
  const parsed = z.array(explanationSchema).safeParse(parse(text));
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
};

export const explanationsFile = new URL('explained.yaml', import.meta.url);

export const loadExplanations = (): readonly Explanation[] => readExplanations(readFileSync(explanationsFile, 'utf8'));

export const covers = ({ upstreams }: Explanation, upstream: SurfaceId): boolean => upstreams === 'all' || upstreams.includes(upstream);
