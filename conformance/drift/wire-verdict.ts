import { checkResponse } from '#fixtures/wire-check';
import type { Finding } from '#fixtures/wire/finding';

import { exchangeOfSample } from './sample-exchange.ts';
import type { Sample, SampleBody } from './sample.ts';
import { isUnsaid, namesIn, namesOfPlace, unsaidPlaces, withStandIns } from './unsaid.ts';

const schemaRules: ReadonlySet<string> = new Set(['schema', 'error-envelope']);
export const isOfSchema = ({ rule }: Finding): boolean => schemaRules.has(rule);

/** The path that a schema's finding speaks of; empty when it speaks of the whole. */
export const pathInFinding = ({ message }: Finding): readonly string[] => {
  const path = /^(?:event \d+: its data|body) ([^ :]+):/.exec(message)?.[1];
  return path === undefined ? [] : namesIn(path);
};

/** Whether one of the two is at or inside the other. */
export const concerns = (finding: Finding, path: string): boolean => {
  const [said, place] = [pathInFinding(finding), namesOfPlace(path)];
  const shared = Math.min(said.length, place.length);
  return said.slice(0, shared).join('.') === place.slice(0, shared).join('.');
};

/**
 * What the strict wire rules of the sample's surface say against it; nothing where there are none, and nothing against what a recorder left
 * out. `body` in place of its own.
 */
export const wireVerdict = async (sample: Sample, body: SampleBody = sample.body): Promise<readonly Finding[]> => {
  const asExchange = exchangeOfSample(sample, withStandIns(body, sample));
  if (asExchange === undefined) return [];
  const unsaid = unsaidPlaces([sample]);
  return (await checkResponse(asExchange)).filter((finding) => !isOfSchema(finding) || !isUnsaid(pathInFinding(finding), unsaid));
};
