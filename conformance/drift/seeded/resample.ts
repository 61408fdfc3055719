import { parseJson } from '#fixtures/parse-json';

import { isObject } from '../places.ts';
import type { Sample, SampleBody } from '../sample.ts';

/** For tests: another answer of an upstream that has not changed. Ids, times, texts, counts and pieces are others; nothing else is. */

/** Uniform in [0, 1); the same numbers for the same seed (mulberry32, a published generator). */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

type Random = () => number;

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';
const pick = (random: Random, most: number): number => Math.floor(random() * most);

/** The same id everywhere in one answer, another one in the next. */
const newId = (id: string, salt: number): string => {
  const cut = /^[a-z]{2,12}[_-]/.exec(id)?.[0].length ?? 0;
  const random = seededRandom(salt + Buffer.from(id).reduce((sum, byte) => Math.imul(sum, 31) + byte, 7));
  const rest = id.slice(cut).replaceAll(/[A-Za-z0-9]/g, () => letters[pick(random, letters.length)] ?? 'A');
  return `${id.slice(0, cut)}${rest}9`;
};

const ids = /(?:^id|_id|Id)$/;
const times = /^created(?:_at)?$/;
const message = /^message$/;

/** Usage: every count grows by the same factor, so that sums stay sums. */
const counts = /(?:tokens|TokenCount|tokenCount)$/;

const resampled = (key: string, value: unknown, salt: number): unknown => {
  if (Array.isArray(value)) return value.map((member) => resampled(key, member, salt));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resampled(name, inner, salt)]));
  if (typeof value === 'string' && value.length > 8 && ids.test(key)) return newId(value, salt);
  if (typeof value === 'string' && message.test(key)) return `${value} (${salt})`;
  if (typeof value === 'number' && times.test(key)) return value + salt;
  return typeof value === 'number' && counts.test(key) ? value * (1 + (salt % 7)) : value;
};

const texts = /^(?:text|content|delta|refusal|reasoning_content|thinking)$/;

/** Words of texts, the same at all places where a text is told again. */
const reworded = (key: string, value: unknown, salt: number): unknown => {
  if (Array.isArray(value)) return value.map((member) => reworded(key, member, salt));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, reworded(name, inner, salt)]));
  // What is JSON, or a piece of it, would be none any more.
  if (typeof value !== 'string' || !texts.test(key) || /[{}[\]":]/.test(value)) return value;
  return value.replaceAll(/[a-z]/g, (letter) => String.fromCharCode(97 + ((letter.charCodeAt(0) - 97 + salt) % 26)));
};

const anew = (value: unknown, salt: number): unknown => reworded('', resampled('', value, salt), salt);

const bodyAnew = (body: SampleBody, salt: number): SampleBody => {
  if (body.form === 'json') return { ...body, value: anew(body.value, salt) };
  if (body.form === 'other') return { ...body, text: `${body.text}<!-- ${salt} -->` };
  const events = body.events.map((event) => {
    const json = parseJson(event.data);
    return 'error' in json ? event : { ...event, data: JSON.stringify(anew(json.value, salt)) };
  });
  return { ...body, events };
};

/** Around one, as latencies are: the logarithm is normal (Box and Muller 1958), two thirds between 1/1.35 and 1.35. */
const chance = (random: Random): number => Math.exp(0.3 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));

const usualFirstByteMs = 300;
const usualPauseMs = 40;

/** Times as a machine in between would have taken them. */
const timesOf = (random: Random, pieces: number): NonNullable<Sample['times']> => {
  // An upstream that is loaded is slow in everything.
  const load = chance(random);
  return {
    firstByteMs: usualFirstByteMs * load * chance(random),
    betweenMs: Array.from({ length: Math.max(0, pieces - 1) }, () => usualPauseMs * load * chance(random)),
  };
};

/** The sample with times: exchanges have none. */
export const timed = (sample: Sample, seed: number): Sample => ({ ...sample, times: timesOf(seededRandom(seed), sample.pieces) });

/** As if the request of this sample had been sent once more. */
export const resample = (sample: Sample, seed: number): Sample => {
  const random = seededRandom(seed);
  const salt = 1 + pick(random, 1_000_000);
  const headers = Object.entries(sample.headers).map(
    ([name, value]) => [name, name.endsWith('request-id') ? newId(value, salt) : value] as const,
  );
  const pieces = sample.pieces <= 1 ? sample.pieces : Math.max(2, Math.round(sample.pieces * chance(random)));
  return {
    ...sample,
    id: `${sample.group}.again-${seed}`,
    headers: { ...Object.fromEntries(headers), date: new Date(salt * 1_000).toUTCString() },
    body: bodyAnew(sample.body, salt),
    pieces,
    times: timesOf(seededRandom(seed + 500_000), pieces),
  };
};
