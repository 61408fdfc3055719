import { valueAt, withoutValue, withValue } from '../config/edit-yaml.ts';
import { ProxyError } from '../errors.ts';
import { change, listBody, mappingBody } from './changes.ts';
import type { ManagementContext, ManagementHandler, ManagementRoute } from './management-route.ts';

type Fields = Readonly<Record<string, unknown>>;

/** How an entry of the list can be named besides its index: by the value of one of its fields, or by itself when it is a text. */
export type EntryName = 'name' | 'api-key' | 'key';

interface ListAbout {
  readonly key: string;
  readonly name: EntryName;
}

const isFields = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value);

const listIn = (text: string, { key }: ListAbout): readonly unknown[] => {
  const list = valueAt(text, [key]);
  return Array.isArray(list) ? (list as readonly unknown[]) : [];
};

const nameOf = (entry: unknown, { name }: ListAbout): unknown => (isFields(entry) ? entry[name] : entry);

const missing = (key: string, wanted: string): ProxyError => new ProxyError('not-found', `${key} has no entry ${wanted}`);

/** The index that is meant, by number or by name. A name may be a mask. */
const indexIn = (context: ManagementContext, text: string, about: ListAbout, asked: Fields): number => {
  const list = listIn(text, about);
  if (asked.index !== undefined) {
    const index = Number(asked.index);
    if (Number.isInteger(index) && index >= 0 && index < list.length) return index;
    throw missing(about.key, `with the index ${JSON.stringify(asked.index).slice(0, 40)}`);
  }
  const given = asked[about.name] ?? asked.value ?? asked.old ?? asked.match;
  if (given === undefined) throw new ProxyError('invalid-request', `invalid body: say which entry, by "index" or "${about.name}"`);
  const wanted = context.masks.unmaskTree(given, text);
  const index = list.findIndex((entry) => String(nameOf(entry, about)).trim() === String(wanted).trim());
  if (index >= 0) return index;
  throw missing(about.key, `of that ${about.name}`);
};

const read =
  (about: ListAbout): ManagementHandler =>
  ({ store, masks }) => ({ [about.key]: masks.tree(listIn(store.text, about), [about.key]) });

const replace =
  (about: ListAbout): ManagementHandler =>
  (context, request) => {
    const list = listBody(request);
    return change(context, (text) => withValue(text, [about.key], context.masks.unmaskTree(list, text)));
  };

/** Fields that are given replace those of the entry; an entry that is a text is replaced. */
const withEntry = (text: string, path: readonly [string, number], value: unknown): string => {
  if (!isFields(value) || !isFields(valueAt(text, path))) return withValue(text, path, value);
  return Object.entries(value).reduce(
    (rest, [field, inner]) => (inner === null ? withoutValue(rest, [...path, field]) : withValue(rest, [...path, field], inner)),
    text,
  );
};

const edit =
  (about: ListAbout): ManagementHandler =>
  (context, request) => {
    const { new: replacement, ...asked } = mappingBody(request);
    const { value = replacement, ...which } = asked;
    if (value === undefined || value === null)
      throw new ProxyError('invalid-request', 'invalid body: expected the new "value" of the entry');
    return change(context, (text) => {
      const index = indexIn(context, text, about, which);
      return withEntry(text, [about.key, index], context.masks.unmaskTree(value, text));
    });
  };

const remove =
  (about: ListAbout): ManagementHandler =>
  (context, { query }) =>
    change(context, (text) => withoutValue(text, [about.key, indexIn(context, text, about, query)]));

/**
 * A list of the configuration: GET, PUT of all of it, PATCH of one entry (`{"index": 0, "value": …}`, or by its name), DELETE of one
 * entry (`?index=0`, or by its name). Comments on other entries stay.
 */
export const listEndpoint = (key: string, name: EntryName): ManagementRoute => {
  const about = { key, name };
  return { id: key, path: key, methods: { GET: read(about), PUT: replace(about), PATCH: edit(about), DELETE: remove(about) } };
};
