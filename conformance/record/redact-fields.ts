import { kindOfQueryKey, looksRandom, type SensitiveKind, sensitiveSpans } from '#fixtures/recordings/sensitive';

import type { Fields } from './captured.ts';
import { accountFields, credentialFields, idFields, keptFamilies, keptFields } from './kept-fields.ts';
import type { RedactContext } from './redact-body.ts';
import { Refusal } from './refusal.ts';

export interface FieldContext extends RedactContext {
  /** Names that are kept besides, in lower case. */
  readonly allowed: ReadonlySet<string>;
}

const replaced = (value: string, kind: SensitiveKind, place: string, { placeholders, redactions }: RedactContext): string => {
  const made = placeholders.of(kind, value);
  if (made === undefined) throw new Refusal('cannot-redact', `${place}: no placeholder of ${value.length} letters is free`);
  redactions.add(place, kind);
  return made;
};

/** Values that can be told by their look. */
const withoutSensitive = (text: string, place: string, context: RedactContext): string => {
  let out = text;
  for (const { start, end, kind } of sensitiveSpans(text)) {
    // Placeholders are as long as their values: places stay where they are.
    out = `${out.slice(0, start)}${replaced(text.slice(start, end), kind, place, context)}${out.slice(end)}`;
  }
  return out;
};

/** Behind the word for the scheme, if there is one. */
const withoutCredential = (value: string, place: string, context: RedactContext): string => {
  const [, scheme = '', rest = value] = /^([A-Za-z]+ +)?(.*)$/s.exec(value) ?? [];
  return rest === '' ? value : `${scheme}${replaced(rest, 'credential', place, context)}`;
};

const redactValue = (name: string, value: string, place: string, context: RedactContext): string => {
  if (credentialFields.has(name)) return withoutCredential(value, place, context);
  if (accountFields.has(name)) return value === '' ? value : replaced(value, 'account', place, context);
  const out = withoutSensitive(value, place, context);
  if (!idFields.has(name) && looksRandom(out)) throw new Refusal('secret-left', `${place}: looks like a secret`);
  return out;
};

const isKept = (name: string, allowed: ReadonlySet<string>): boolean =>
  [keptFields, credentialFields, accountFields, allowed].some((names) => names.has(name)) ||
  keptFamilies.some((family) => family.test(name));

/** Header fields or trailers without what must not be written. Throws {@link Refusal}. */
export const redactFields = (fields: Fields, place: string, context: FieldContext): [string, string][] =>
  fields.flatMap(([name, value]): [string, string][] => {
    const lower = name.toLowerCase();
    const at = `${place}.${lower}`;
    if (isKept(lower, context.allowed)) return [[name, redactValue(lower, value, at, context)]];
    context.redactions.add(at, 'dropped');
    return [];
  });

const redactParameter = (parameter: string, context: RedactContext): string => {
  const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(parameter) ?? [];
  const place = `request.query.${key}`;
  const kind = kindOfQueryKey(key);
  if (value === '') return parameter;
  if (kind !== undefined) return `${key}=${replaced(value, kind, place, context)}`;
  const out = withoutSensitive(value, place, context);
  if (looksRandom(out)) throw new Refusal('secret-left', `${place}: looks like a secret`);
  return `${key}=${out}`;
};

/** Path and query without what must not be written. Throws {@link Refusal}. */
export const redactTarget = (target: string, context: RedactContext): string => {
  const [path = '', ...rest] = target.split('?');
  const plainPath = withoutSensitive(path, 'request.target', context);
  if (rest.length === 0) return plainPath;
  const parameters = rest.join('?').split('&');
  return `${plainPath}?${parameters.map((one) => redactParameter(one, context)).join('&')}`;
};
