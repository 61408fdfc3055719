import type { SurfaceId } from '#fixtures/exchange';
import type { ServerSentEvent } from '#fixtures/sse';

import { placesOf, rewriteFields } from '../places.ts';
import type { Sample, SampleBody } from '../sample.ts';

/**
 * Which fields of an upstream's answer matter to a translator, found out by trying: a field is read when the answer means something else
 * without it or with another value in it, and it reaches a client when what the client gets is something else.
 */

interface Machine<In, Out> {
  readonly push: (input: In) => readonly Out[];
  readonly finish: () => readonly Out[];
}

/** As much of a dialect of the proxy as is tried. */
export interface TriedDialect {
  readonly id: string;
  readonly decodeResponse: (wire: unknown) => { readonly value: unknown };
  readonly encodeResponse: (response: never, about: never) => { readonly value: unknown };
  readonly decodeError: (status: number, wire: unknown) => unknown;
  readonly encodeError: (error: never) => unknown;
  readonly newStreamDecoder: () => Machine<ServerSentEvent, unknown>;
  readonly newStreamEncoder: (about: never) => Machine<never, ServerSentEvent>;
}

const about = { model: 'm', createdAt: 1_770_000_000, wantsUsage: true } as never;

/** What a dialect understands, and how another one says it. */
interface Reading {
  readonly meaning: unknown;
  readonly said: (client: TriedDialect) => SampleBody;
}

const through = <In, Out>({ push, finish }: Machine<In, Out>, inputs: readonly In[]): readonly Out[] => [
  ...inputs.flatMap(push),
  ...finish(),
];

const read = (dialect: TriedDialect, status: number, body: SampleBody): Reading => {
  if (body.form === 'events') {
    const meaning = through(dialect.newStreamDecoder(), body.events);
    return {
      meaning,
      said: (client) => ({ form: 'events', rest: '', events: through(client.newStreamEncoder(about), meaning as never[]) }),
    };
  }
  const wire = body.form === 'json' ? body.value : body.text;
  if (status >= 400) {
    const meaning = dialect.decodeError(status, wire);
    const error = (meaning ?? { status, message: 'unread' }) as never;
    return { meaning, said: (client) => ({ form: 'json', value: client.encodeError(error) }) };
  }
  const { value } = dialect.decodeResponse(wire);
  return { meaning: value, said: (client) => ({ form: 'json', value: client.encodeResponse(value as never, about).value }) };
};

const attempt = <Result>(say: () => Result): { readonly result: Result } | { readonly refusal: string } => {
  try {
    return { result: say() };
  } catch (error) {
    return { refusal: String(error) };
  }
};

/** Other values in place of one: none at all (undefined), and one of each kind that is not what it was. */
const others = (value: unknown): readonly unknown[] => [undefined, 'otherwise', 7_919, !value, {}, []].filter((other) => other !== value);

const spoilt = (body: SampleBody, path: string, other: (value: unknown) => unknown): SampleBody =>
  rewriteFields(body, (field) => {
    if (field.path !== path) return { value: field.value };
    const value = other(field.value);
    return value === undefined ? undefined : { value };
  });

/** Fields have a name: members of lists, variants and kinds of events are told by what is in them. */
const isField = (path: string): boolean => path.includes('.') && !path.endsWith(']');

export interface Touched {
  read: boolean;
  written: boolean;
  readonly reaches: Set<string>;
}

type Found = Map<string, Touched>;

const at = (found: Found, path: string): Touched => {
  const touched = found.get(path) ?? { read: false, written: false, reaches: new Set() };
  found.set(path, touched);
  return touched;
};

interface Trial {
  readonly upstream: TriedDialect;
  readonly clients: readonly TriedDialect[];
  readonly found: Found;
}

const outcomeOf = ({ status }: Sample, { upstream }: Trial, body: SampleBody, client: TriedDialect | undefined): string =>
  // A refusal is an outcome, too.
  JSON.stringify(
    attempt(() => {
      const reading = read(upstream, status, body);
      return client === undefined ? reading.meaning : reading.said(client);
    }),
  );

const tryField = (trial: Trial, sample: Sample, path: string, before: ReadonlyMap<TriedDialect | undefined, string>): void => {
  const { clients, found } = trial;
  const touched = at(found, path);
  const values = placesOf(sample.body).flatMap((place) => (place.path === path ? [place.value] : []));
  for (const other of others(values[0])) {
    const left = clients.filter(({ id }) => !touched.reaches.has(id));
    if (touched.read && left.length === 0) return;
    const changed = spoilt(sample.body, path, () => other);
    const differs = (client?: TriedDialect): boolean => outcomeOf(sample, trial, changed, client) !== before.get(client);
    touched.read ||= differs();
    for (const client of left) if (differs(client)) touched.reaches.add(client.id);
  }
};

const tryWriting = ({ upstream, clients }: Trial, { status, body }: Sample, foundBy: ReadonlyMap<string, Found>): void => {
  for (const client of [...clients, upstream]) {
    const found = foundBy.get(client.id);
    if (found === undefined) continue;
    const said = attempt(() => read(upstream, status, body).said(client));
    for (const { path } of 'result' in said ? placesOf(said.result) : []) if (isField(path)) at(found, path).written = true;
  }
};

/** The answers that translators translate; by path because samples of users are asked the same. */
const translated = /(?:chat\/completions|\/responses|\/messages|:(?:streamG|g)enerateContent)(?:\?.*)?$/;

/** Tries every field of every sample of these surfaces, by the dialect that reads it. */
export const measureTouched = (
  samples: readonly Sample[],
  dialects: readonly TriedDialect[],
  /** By which dialect a surface is read. */
  dialectOf: Readonly<Record<SurfaceId, string>>,
): ReadonlyMap<string, ReadonlyMap<string, Touched>> => {
  const foundBy = new Map<string, Found>(dialects.map(({ id }) => [id, new Map<string, Touched>()]));
  for (const sample of samples) {
    const { surface } = sample;
    const upstream = dialects.find(({ id }) => surface !== undefined && id === dialectOf[surface]);
    const found = upstream === undefined ? undefined : foundBy.get(upstream.id);
    // Envelopes are the provider's affair: what is in them is Gemini's.
    if (upstream === undefined || found === undefined || surface === 'antigravity' || !translated.test(sample.request.path)) continue;
    const trial = { upstream, clients: dialects.filter(({ id }) => id !== upstream.id), found };
    const before = new Map([undefined, ...trial.clients].map((client) => [client, outcomeOf(sample, trial, sample.body, client)]));
    const paths = new Set(placesOf(sample.body).map(({ path }) => path));
    for (const path of paths) if (isField(path)) tryField(trial, sample, path, before);
    tryWriting(trial, sample, foundBy);
  }
  return foundBy;
};
