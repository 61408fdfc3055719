import { z } from 'zod';

import { parseJson } from '#fixtures/parse-json';
import type { ServerSentEvent } from '#fixtures/sse';

import type { Sample } from '../sample.ts';

/** One change that an upstream could make, as data. `in`: which event of a stream, by number; `all`: every one. Absent: the body. */

const where = { in: z.union([z.int().min(0), z.literal('all')]).optional(), path: z.string().min(1) };

export const editSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('rename'), ...where, to: z.string() }),
  z.strictObject({ do: z.literal('remove'), ...where }),
  z.strictObject({ do: z.literal('set'), ...where, to: z.json() }),
  z.strictObject({ do: z.literal('drop-event'), event: z.int() }),
  z.strictObject({ do: z.literal('repeat-event'), event: z.int() }),
  z.strictObject({ do: z.literal('swap-events'), event: z.int(), with: z.int() }),
  /** `numbered`: the events behind it count on. */
  z.strictObject({
    do: z.literal('insert-event'),
    event: z.int(),
    name: z.string().optional(),
    data: z.json(),
    numbered: z.literal(true).optional(),
  }),
  z.strictObject({ do: z.literal('name-events'), to: z.string().nullable() }),
  z.strictObject({ do: z.literal('status'), to: z.int() }),
  z.strictObject({ do: z.literal('remove-header'), name: z.string() }),
  z.strictObject({ do: z.literal('set-header'), name: z.string(), to: z.string() }),
  z.strictObject({ do: z.literal('body-text'), to: z.string() }),
  z.strictObject({ do: z.literal('cut') }),
  z.strictObject({ do: z.literal('at-once') }),
  z.strictObject({ do: z.literal('pieces'), to: z.int().min(1) }),
  z.strictObject({ do: z.literal('slower'), what: z.enum(['first-byte', 'between-pieces']), times: z.number().positive() }),
]);
export type Edit = z.infer<typeof editSchema>;

type Members = Record<string, unknown>;

const inside = (value: unknown, names: readonly string[]): Members | undefined => {
  const [name, ...rest] = names;
  if (typeof value !== 'object' || value === null) return undefined;
  return name === undefined ? (value as Members) : inside((value as Members)[name], rest);
};

type Change = (members: Members, name: string) => void;

const changes: { readonly [Do in 'rename' | 'remove' | 'set']: (edit: Extract<Edit, { readonly do: Do }>) => Change } = {
  rename:
    ({ to }) =>
    (members, name) => {
      members[to] = members[name];
      delete members[name];
    },
  remove: () => (members, name) => void delete members[name],
  set:
    ({ to }) =>
    (members, name) =>
      void (members[name] = to),
};

type FieldEdit = Extract<Edit, { readonly path: string }>;

const changeOf = (edit: FieldEdit): Change => {
  if (edit.do === 'rename') return changes.rename(edit);
  return edit.do === 'set' ? changes.set(edit) : changes.remove(edit);
};

/** The value with one field changed; undefined where the path leads nowhere. */
const edited = (value: unknown, edit: FieldEdit): unknown => {
  const names = edit.path.split('.');
  const copy = structuredClone(value);
  const members = inside(copy, names.slice(0, -1));
  const last = names.at(-1) ?? '';
  if (members === undefined || (edit.do !== 'set' && !(last in members))) return undefined;
  changeOf(edit)(members, last);
  return copy;
};

const nowhere = (edit: Edit): Error => new Error(`leads nowhere: ${JSON.stringify(edit)}`);

const editField = (sample: Sample, edit: FieldEdit): Sample => {
  const { body } = sample;
  if (body.form === 'json') {
    const value = edited(body.value, edit);
    if (value === undefined) throw nowhere(edit);
    return { ...sample, body: { ...body, value } };
  }
  if (body.form === 'other') throw nowhere(edit);
  let hits = 0;
  const events = body.events.map((event, index): ServerSentEvent => {
    const json = parseJson(event.data);
    const value = (edit.in === 'all' || edit.in === index) && 'value' in json ? edited(json.value, edit) : undefined;
    if (value === undefined) return event;
    hits += 1;
    return { ...event, data: JSON.stringify(value) };
  });
  if (hits === 0) throw nowhere(edit);
  return { ...sample, body: { ...body, events } };
};

const slowed = ({ times, ...sample }: Sample, { what, times: factor }: Extract<Edit, { readonly do: 'slower' }>): Sample => {
  if (times === undefined) return sample;
  const slow =
    what === 'first-byte'
      ? { ...times, firstByteMs: times.firstByteMs * factor }
      : { ...times, betweenMs: times.betweenMs.map((ms) => ms * factor) };
  return { ...sample, times: slow };
};

type EventEdit = Extract<Edit, { readonly do: `${string}-event` | 'swap-events' | 'name-events' }>;

const renumbered = (events: readonly ServerSentEvent[]): readonly ServerSentEvent[] =>
  events.map((event, at) => ({ ...event, data: event.data.replace(/"sequence_number":\d+/, `"sequence_number":${at}`) }));

const editEvents = (events: readonly ServerSentEvent[], edit: EventEdit): readonly ServerSentEvent[] => {
  if (edit.do === 'name-events') return events.map(({ data }) => ({ data, ...(edit.to !== null && { event: edit.to }) }));
  const at = edit.event < 0 ? events.length + edit.event : edit.event;
  const event = events[at];
  if (event === undefined) throw nowhere(edit);
  if (edit.do === 'drop-event') return events.toSpliced(at, 1);
  if (edit.do === 'repeat-event') return events.toSpliced(at, 0, event);
  if (edit.do === 'insert-event') {
    const more = events.toSpliced(at, 0, { ...(edit.name !== undefined && { event: edit.name }), data: JSON.stringify(edit.data) });
    return edit.numbered === true ? renumbered(more) : more;
  }
  const other = events[edit.with];
  if (other === undefined) throw nowhere(edit);
  return events.with(at, other).with(edit.with, event);
};

/** The sample as it would come from an upstream that has changed in one thing. Throws when there is nothing to change. */
export const applyEdit = (sample: Sample, edit: Edit): Sample => {
  if ('path' in edit) return editField(sample, edit);
  if (edit.do === 'status') return { ...sample, status: edit.to };
  if (edit.do === 'cut') return { ...sample, ends: 'cut' };
  if (edit.do === 'at-once') return { ...sample, pieces: 1 };
  if (edit.do === 'pieces') return { ...sample, pieces: edit.to };
  if (edit.do === 'slower') return slowed(sample, edit);
  if (edit.do === 'body-text') return { ...sample, body: { form: 'other', text: edit.to } };
  if (edit.do === 'set-header') return { ...sample, headers: { ...sample.headers, [edit.name]: edit.to } };
  if (edit.do === 'remove-header') {
    if (!(edit.name in sample.headers)) throw nowhere(edit);
    return { ...sample, headers: Object.fromEntries(Object.entries(sample.headers).filter(([name]) => name !== edit.name)) };
  }
  if (sample.body.form !== 'events') throw nowhere(edit);
  return { ...sample, body: { ...sample.body, events: editEvents(sample.body.events, edit) } };
};
