import { parseJson } from '#fixtures/parse-json';
import type { ServerSentEvent } from '#fixtures/sse';

import type { SampleBody } from './sample.ts';

/** A value somewhere in an answer, by a path that says nothing of numbers in lists: `body.choices[].message.role`. */
export interface Place {
  readonly path: string;
  /** The object that the value is a field of; undefined for members of a list and for the whole. */
  readonly parent?: string;
  readonly value: unknown;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects whose keys the caller or the model chose: arguments of tools, labels. */
const freeForm: ReadonlySet<string> = new Set(['input', 'args', 'metadata', 'parameters', 'schema', 'logit_bias']);

/** Deeper is no vendor's answer but an attempt on the stack. */
const deepest = 40;

/** Names come off the wire: none may look like a part of a path. */
const typeName = (type: string): string => type.slice(0, 60).replaceAll(/[^\w.:-]/g, '?');
const fieldPath = (inside: string, key: string): string => `${inside}.${key.slice(0, 120).replaceAll(/[[\].]/g, '?')}`;

/** Where the fields of an object are: those of `{ type: 'text' }` are apart from those of `{ type: 'tool_use' }`. */
const insideOf = (path: string, value: Readonly<Record<string, unknown>>): string =>
  typeof value['type'] === 'string' ? `${path}[type=${typeName(value['type'])}]` : path;

const placesIn = (path: string, parent: string | undefined, value: unknown, depth: number): readonly Place[] => {
  const own: Place = { path, ...(parent !== undefined && { parent }), value };
  if (depth > deepest) return [own];
  if (Array.isArray(value)) return [own, ...value.flatMap((member) => placesIn(`${path}[]`, undefined, member, depth + 1))];
  if (!isObject(value)) return [own];
  const inside = insideOf(path, value);
  const variant: readonly Place[] = inside === path ? [] : [{ path: inside, value }];
  const fields = Object.entries(value).flatMap(([key, inner]) => {
    const place = fieldPath(inside, key);
    return freeForm.has(key) ? [{ path: place, parent: inside, value: inner }] : placesIn(place, inside, inner, depth + 1);
  });
  return [own, ...variant, ...fields];
};

/** What kind of event it is: its type, its name, the text `DONE`, or else `chunk`. */
export const eventKind = ({ event, data }: ServerSentEvent): string => {
  const json = parseJson(data);
  if ('error' in json) return data.length <= 20 ? data.replaceAll(/\W/g, '') : 'no-json';
  const type = isObject(json.value) ? json.value['type'] : undefined;
  return typeName(typeof type === 'string' ? type : (event ?? 'chunk'));
};

const placesOfEvent = (event: ServerSentEvent): readonly Place[] => {
  const json = parseJson(event.data);
  const path = `events[${eventKind(event)}]`;
  if ('error' in json) return [{ path, value: event.data }];
  // The kind is in the path already.
  if (!isObject(json.value)) return placesIn(path, undefined, json.value, 0);
  return [
    { path, value: json.value },
    ...Object.entries(json.value).flatMap(([key, inner]) => placesIn(fieldPath(path, key), path, inner, 1)),
  ];
};

/** Every value of an answer's body with its path. */
export const placesOf = (body: SampleBody): readonly Place[] => {
  if (body.form === 'json') return placesIn('body', undefined, body.value, 0);
  return body.form === 'events' ? body.events.flatMap(placesOfEvent) : [];
};

/** What becomes of a field: its value, changed or not, or nothing. */
export type FieldFate = (field: {
  readonly path: string;
  readonly inside: string;
  readonly value: unknown;
}) => { readonly value: unknown } | undefined;

const rewritten = (path: string, value: unknown, fate: FieldFate, depth: number): unknown => {
  if (depth > deepest) return value;
  if (Array.isArray(value)) return value.map((member) => rewritten(`${path}[]`, member, fate, depth + 1));
  if (!isObject(value)) return value;
  const inside = depth === 0 && path.startsWith('events[') ? path : insideOf(path, value);
  const fields = Object.entries(value).flatMap(([key, inner]) => {
    const kept = fate({ path: fieldPath(inside, key), inside, value: inner });
    if (kept === undefined) return [];
    const whole = kept.value !== inner || freeForm.has(key);
    return [[key, whole ? kept.value : rewritten(fieldPath(inside, key), inner, fate, depth + 1)] as const];
  });
  return Object.fromEntries(fields);
};

/** The body with fields that are others or gone. Fields of what is replaced are not asked for. */
export const rewriteFields = (body: SampleBody, fate: FieldFate): SampleBody => {
  if (body.form === 'json') return { ...body, value: rewritten('body', body.value, fate, 0) };
  if (body.form === 'other') return body;
  const events = body.events.map((event) => {
    const json = parseJson(event.data);
    if ('error' in json) return event;
    return { ...event, data: JSON.stringify(rewritten(`events[${eventKind(event)}]`, json.value, fate, 0)) };
  });
  return { ...body, events };
};

/** The body without the fields that are not known: what is left shows whether anything but additions is wrong with it. */
export const withoutAdditions = (body: SampleBody, known: (path: string) => boolean): SampleBody =>
  rewriteFields(body, ({ path, inside, value }) => (known(path) || !known(inside) ? { value } : undefined));
