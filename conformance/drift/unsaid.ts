import { rewriteFields } from './places.ts';
import type { Sample, SampleBody } from './sample.ts';

/**
 * Where a recorder left out what was said, a placeholder as long as it stands. It is no word of the upstream: no rule is to judge it, and it is told
 * by the recording's own list, not by its look.
 */

/** Names only, so that `event 3: its data choices.0.delta: …` and `body.choices[].delta` can be compared: `choices.delta`. */
export const namesIn = (path: string): readonly string[] => path.split('.').filter((name) => name !== '' && !/^\d+$/.test(name));

/** A path without `body`, `events[…]`, variants and list marks. */
export const namesOfPlace = (path: string): readonly string[] =>
  namesIn(path.replaceAll(/\[[^\]]*\]/g, '').replace(/^(?:body|events)/, ''));

export type UnsaidPlaces = readonly (readonly string[])[];

export const unsaidPlaces = (samples: readonly Sample[]): UnsaidPlaces => [
  ...new Map(samples.flatMap(({ unsaid = [] }) => unsaid.map((path) => [path, namesOfPlace(path)] as const))).values(),
];

/** Whether names lead to one of these places, or to something in it. */
export const isUnsaid = (names: readonly string[], places: UnsaidPlaces): boolean =>
  places.some((place) => place.every((name, at) => names[at] === name));

/** As long, so that pieces still add up, and JSON, which arguments of tools have to be. */
const standIn = (text: string): string => '1'.repeat(text.length);

/** The body with texts in place of placeholders of which every rule could be content. */
export const withStandIns = (body: SampleBody, sample: Sample): SampleBody => {
  const places = unsaidPlaces([sample]);
  if (places.length === 0) return body;
  return rewriteFields(body, ({ path, value }) => ({
    value: typeof value === 'string' && isUnsaid(namesOfPlace(path), places) ? standIn(value) : value,
  }));
};
