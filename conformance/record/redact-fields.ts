import { kindOfKey, looksRandom, type SensitiveKind } from '#fixtures/recordings/sensitive';

import type { Fields } from './captured.ts';
import { accountFields, addressFields, credentialFields, idFields, keptFamilies, keptFields } from './kept-fields.ts';
import type { RedactContext } from './redact-body.ts';
import { redactAddresses } from './redact-target.ts';
import { Refusal } from './refusal.ts';
import { replaced, withoutSensitive } from './replaced.ts';

export interface FieldContext extends RedactContext {
  /** Names that are kept besides, in lower case. */
  readonly allowed: ReadonlySet<string>;
}

/** Behind the word for the scheme, if there is one. */
const withoutCredential = (value: string, place: string, context: RedactContext): string => {
  const [, scheme = '', rest = value] = /^([A-Za-z]+ +)?(.*)$/s.exec(value) ?? [];
  return rest === '' ? value : `${scheme}${replaced(rest, 'credential', place, context)}`;
};

/** What any value under a name is: also under one that was allowed. */
const kindOfField = (name: string): SensitiveKind | undefined => {
  if (credentialFields.has(name)) return 'credential';
  return accountFields.has(name) ? 'account' : kindOfKey(name);
};

/** Drawn by lot for each body that has parts. */
const boundary = /;\s*boundary=[^;]*/i;

/** Browsers can set no field of a socket: what lets them in stands in the name of a protocol. */
const inProtocol = /(?<=\bopenai-insecure-api-key\.)[^\s,]+/g;

/** The protocols of a socket without what lets in. */
export const redactProtocol = (value: string, place: string, context: RedactContext): string =>
  withoutSensitive(
    value.replace(inProtocol, (key) => replaced(key, 'credential', place, context)),
    place,
    context,
  );

const withoutKnown = (name: string, value: string, place: string, context: RedactContext): string => {
  if (addressFields.has(name)) return redactAddresses(value, place, context);
  return name === 'sec-websocket-protocol' ? redactProtocol(value, place, context) : withoutSensitive(value, place, context);
};

const redactValue = (name: string, value: string, place: string, context: RedactContext): string => {
  const kind = kindOfField(name);
  if (kind === 'credential') return withoutCredential(value, place, context);
  if (kind !== undefined) return value === '' ? value : replaced(value, kind, place, context);
  const out = withoutKnown(name, value, place, context);
  const read = name === 'content-type' ? out.replace(boundary, '') : out;
  if (!idFields.has(name) && looksRandom(read)) throw new Refusal('secret-left', `${place}: looks like a secret`);
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
