import { kindOfQueryKey, looksRandom } from '#fixtures/recordings/sensitive';

import { nameOf } from './form-leaves.ts';
import { hiddenKind } from './hidden-kind.ts';
import type { RedactContext } from './redact-body.ts';
import { Refusal } from './refusal.ts';
import { replaced, withoutSensitive, withoutSpans } from './replaced.ts';

/** The part of a path behind one of these names an account. */
const aboveAccount = /^(?:projects|organizations|accounts|subscriptions|tenants)$/i;
/** Unless it is a word of the API itself, or stands for whoever asks, or for any. */
const noAccount = /^(?:users|invites|workspaces|api_keys|usage_report|cost_report|me|self|current|default|search|-|_|\*)$/i;
/** Google's methods stand behind the last part; a name with dots may have a colon of its own. */
const method = /^[^.:]+(?=:[A-Za-z]+$)/;

/** With an account in it: `/tenants/a`. */
const shortestMount = '/tenants/a'.length;

const redactPart = (part: string, above: string, place: string, context: RedactContext): string => {
  if (part === '') return part;
  const hidden = hiddenKind(part);
  if (hidden !== undefined) return replaced(part, hidden, place, context);
  if (!aboveAccount.test(above)) return part;
  const name = method.exec(part)?.[0] ?? part;
  return noAccount.test(name) ? part : `${replaced(name, 'account', place, context)}${part.slice(name.length)}`;
};

const redactPath = (path: string, place: string, context: RedactContext): string => {
  const parts = path.split('/');
  const plain = parts.map((part, index) => redactPart(part, parts[index - 1] ?? '', place, context)).join('/');
  // Some keys have slashes in them.
  return withoutSpans(plain, place, context);
};

/** Parameters of the APIs themselves: what they say is structure, not content. */
const structure: ReadonlySet<string> = new Set(
  `alt $alt api-version api_version client_version key model intent beta stream view purpose order include include[] prettyPrint uploadType
  upload_protocol limit page page_size pageSize pageToken page_token per_page after after_id before before_id starting_after bucket_width
  start_time end_time`.split(/\s+/),
);

/** @param place of a query: those of its parameters begin with it */
const redactParameter = (parameter: string, place: string, context: RedactContext): string => {
  const equals = parameter.indexOf('=');
  const [key, value] = equals <= 0 ? ['', parameter] : [parameter.slice(0, equals), parameter.slice(equals + 1)];
  if (value === '') return withoutSensitive(parameter, place, context);
  const start = key === '' ? '' : `${withoutSensitive(key, place, context)}=`;
  const at = key === '' || start !== `${key}=` ? place : `${place}.${key}`;
  const kind = kindOfQueryKey(nameOf(key)) ?? (context.dropContent && !structure.has(nameOf(key)) ? 'content' : undefined);
  if (kind !== undefined) return `${start}${replaced(value, kind, at, context)}`;
  const out = withoutSensitive(value, at, context);
  if (looksRandom(out)) throw new Refusal('secret-left', `${at}: looks like a secret`);
  return `${start}${out}`;
};

const redactQuery = (query: string, place: string, context: RedactContext): string =>
  query
    .split('&')
    .map((one) => redactParameter(one, place, context))
    .join('&');

/** Path and query without what must not be written. Throws {@link Refusal}. */
export const redactTarget = (target: string, context: RedactContext): string => {
  const [path = '', ...rest] = target.split('?');
  const plainPath = redactPath(path, 'request.target', context);
  if (rest.length === 0) return plainPath;
  return `${plainPath}?${redactQuery(rest.join('?'), 'request.query', context)}`;
};

/** Paths, and what follows them, of addresses in a text: of `Location`, and of `Link` with its own parameters. */
const pathOrQuery = /\/[^\s<>"'?#]*|([?#])([^\s<>"'?#]*)/g;

const origin = /^[a-z]+:\/\/[^/?#]*/i;

/** The address of the upstream without the account that its path may name. */
export const redactMount = (upstream: string, context: RedactContext): string => {
  const [start = ''] = origin.exec(upstream) ?? [];
  // Most are mounted at the root, or at a version of the API.
  return upstream.length - start.length < shortestMount
    ? upstream
    : start + redactPath(upstream.slice(start.length), 'provenance.upstream', context);
};

/** The addresses of a text without what must not be written. Throws {@link Refusal}. */
export const redactAddresses = (text: string, place: string, context: RedactContext): string => {
  // The name and the password in an address are told by their look.
  const plain = withoutSpans(text, place, context);
  return plain.replace(pathOrQuery, (part: string, mark: string | undefined, query: string | undefined) => {
    if (mark === undefined || query === undefined) return redactPath(part, place, context);
    return `${mark}${query === '' ? '' : redactQuery(query, place, context)}`;
  });
};
