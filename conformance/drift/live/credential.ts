import type { SurfaceId } from '#fixtures/exchange';
import { kindOfQueryKey } from '#fixtures/recordings/sensitive';

import type { Fields } from '../../record/captured.ts';
import { accountFields, credentialFields } from '../../record/kept-fields.ts';
import type { BaselineItem, RecordedRequest } from './baseline-item.ts';

/** Where each vendor wants its key. */
const ownField: Readonly<Record<SurfaceId, string>> = {
  'openai-chat': 'authorization',
  'openai-responses': 'authorization',
  codex: 'authorization',
  iflow: 'authorization',
  antigravity: 'authorization',
  'anthropic-messages': 'x-api-key',
  'gemini-generate': 'x-goog-api-key',
};

/** Of the connection that was, of one request only, or set anew. */
const leftOut: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'idempotency-key',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-stainless-retry-count',
]);

/** Credentials of proxies on the way, and of another API of the same host. */
const notTheUpstreams: ReadonlySet<string> = new Set(['proxy-authorization', 'x-management-key']);

const carried = (fields: Fields, redacted: ReadonlySet<string>): Fields =>
  fields.filter(([name]) => {
    const lower = name.toLowerCase();
    return !leftOut.has(lower) && !credentialFields.has(lower) && !accountFields.has(lower) && !redacted.has(lower);
  });

/** The place that the recorded request had its key in, if it had one, else its surface's own. */
const placeOf = ({ request, surface }: BaselineItem): string | undefined => {
  const own = surface === undefined ? undefined : ownField[surface];
  const used = request.fields
    .map(([name]) => name.toLowerCase())
    .filter((name) => credentialFields.has(name) && !notTheUpstreams.has(name));
  return own !== undefined && used.includes(own) ? own : (used[0] ?? own);
};

const keyParameter = (target: string): string | undefined => {
  const query = target.split('?').slice(1).join('?').split('&');
  return query.map((one) => one.split('=', 1)[0] ?? '').find((name) => kindOfQueryKey(name) === 'credential');
};

const withParameter = (target: string, name: string, key: string | undefined): string => {
  const [path = '', ...rest] = target.split('?');
  const parameters = rest
    .join('?')
    .split('&')
    .flatMap((one) => {
      if (one.split('=', 1)[0] !== name) return [one];
      return key === undefined ? [] : [`${name}=${encodeURIComponent(key)}`];
    });
  return parameters.length === 0 ? path : `${path}?${parameters.join('&')}`;
};

/**
 * A recorded request as it is asked again: with the key where the recording had one (else where the surface wants it), without what
 * belongs to the connection or the account of then.
 * @param key absent where the upstream wants none
 */
export const withCredential = (item: BaselineItem, key: string | undefined): RecordedRequest => {
  const { request } = item;
  const redacted = new Set(item.redacted.map(({ path }) => path.replace('request.fields.', '')));
  const fields = carried(request.fields, redacted);
  const parameter = keyParameter(request.target);
  if (parameter !== undefined) return { ...request, fields, target: withParameter(request.target, parameter, key) };
  const place = placeOf(item);
  if (key === undefined || place === undefined) return { ...request, fields };
  return { ...request, fields: [...fields, [place, place === 'authorization' ? `Bearer ${key}` : key]] };
};
