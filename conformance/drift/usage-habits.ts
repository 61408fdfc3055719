import { parseJson } from '#fixtures/parse-json';

import { isObject } from './places.ts';
import type { Sample } from './sample.ts';

type Counts = Readonly<Record<string, unknown>>;

const keys = ['usage', 'usageMetadata'];

/** The first usage object in an event or body, not deeper than an envelope in an envelope. */
const usageIn = (value: unknown, depth = 0): Counts | undefined => {
  if (!isObject(value)) return undefined;
  for (const key of keys) {
    const found = value[key];
    if (isObject(found)) return found;
  }
  if (depth === 2) return undefined;
  for (const key of ['response', 'message']) {
    const found = usageIn(value[key], depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
};

const number = (counts: Counts, ...names: readonly string[]): number | undefined => {
  const found = names.map((name) => counts[name]).find((value) => typeof value === 'number');
  return typeof found === 'number' ? found : undefined;
};

const inputOf = (counts: Counts): number | undefined => number(counts, 'prompt_tokens', 'input_tokens', 'promptTokenCount');
const outputOf = (counts: Counts): number | undefined => number(counts, 'completion_tokens', 'output_tokens', 'candidatesTokenCount');
const totalOf = (counts: Counts): number | undefined => number(counts, 'total_tokens', 'totalTokenCount');

/** How the total comes about; undefined where there is no total. */
const sumOf = (counts: Counts): string | undefined => {
  const [total, input, output] = [totalOf(counts), inputOf(counts), outputOf(counts)];
  if (total === undefined || input === undefined) return undefined;
  const thoughts = number(counts, 'thoughtsTokenCount') ?? 0;
  if (total === input + (output ?? 0)) return 'input and output';
  return total === input + (output ?? 0) + thoughts ? 'input, output and thoughts' : 'something else';
};

const growthOf = (outputs: readonly number[]): string | undefined => {
  if (outputs.length < 2) return undefined;
  return outputs.every((count, index) => count >= (outputs[index - 1] ?? 0)) ? 'so far' : 'of each event';
};

const standsAt = (present: readonly boolean[]): string => {
  if (present.length > 1 && present.every(Boolean)) return 'every event';
  const rest = present.slice(0, -3);
  const early = rest.some(Boolean);
  const late = present.slice(-3).some(Boolean);
  if (!early) return late ? 'the end' : 'nowhere';
  return late ? 'the start and the end' : 'the start';
};

/** What usage means in one answer: `['sum', 'input and output']`, `['stands at', 'the end']`, `['counts', 'so far']`. */
export const usageHabits = ({ body }: Sample): readonly (readonly [string, string])[] => {
  if (body.form === 'other') return [];
  const values =
    body.form === 'json'
      ? [body.value]
      : body.events.flatMap(({ data }) => {
          const json = parseJson(data);
          return 'value' in json ? [json.value] : [];
        });
  const usages = values.map((value) => usageIn(value));
  const found = usages.filter((usage) => usage !== undefined);
  const sums = found.flatMap((usage) => sumOf(usage) ?? []);
  const growth = growthOf(found.flatMap((usage) => outputOf(usage) ?? []));
  return [
    ...[...new Set(sums)].map((sum) => ['sum', sum] as const),
    ...(body.form === 'events' ? [['stands at', standsAt(usages.map((usage) => usage !== undefined))] as const] : []),
    ...(growth === undefined ? [] : [['counts', growth] as const]),
  ];
};
