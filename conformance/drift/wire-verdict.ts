import { checkResponse } from '#fixtures/wire-check';
import type { Finding } from '#fixtures/wire/finding';

import { exchangeOfSample } from './sample-exchange.ts';
import type { Sample, SampleBody } from './sample.ts';

/** What the strict wire rules of the sample's surface say against it; nothing where there are none. `body` in place of its own. */
export const wireVerdict = async (sample: Sample, body: SampleBody = sample.body): Promise<readonly Finding[]> => {
  const asExchange = exchangeOfSample(sample, body);
  return asExchange === undefined ? [] : checkResponse(asExchange);
};

const schemaRules: ReadonlySet<string> = new Set(['schema', 'error-envelope']);
export const isOfSchema = ({ rule }: Finding): boolean => schemaRules.has(rule);

/** Names only, so that `event 3: its data choices.0.delta: …` and `body.choices[].delta` can be compared: `choices.delta`. */
const namesIn = (path: string): readonly string[] => path.split('.').filter((name) => name !== '' && !/^\d+$/.test(name));

/** The path that a schema's finding speaks of; empty when it speaks of the whole. */
export const pathInFinding = ({ message }: Finding): readonly string[] => {
  const path = /^(?:event \d+: its data|body) ([^ :]+):/.exec(message)?.[1];
  return path === undefined ? [] : namesIn(path);
};

/** A change's path without `body`, `events[…]`, variants and list marks. */
export const namesOfPlace = (path: string): readonly string[] =>
  namesIn(path.replaceAll(/\[[^\]]*\]/g, '').replace(/^(?:body|events)/, ''));

/** Whether one of the two is at or inside the other. */
export const concerns = (finding: Finding, path: string): boolean => {
  const [said, place] = [pathInFinding(finding), namesOfPlace(path)];
  const shared = Math.min(said.length, place.length);
  return said.slice(0, shared).join('.') === place.slice(0, shared).join('.');
};
