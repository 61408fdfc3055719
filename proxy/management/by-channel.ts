import { valueAt, withoutValue, withValue } from '../config/edit-yaml.ts';
import { ProxyError } from '../errors.ts';
import { change, mappingBody } from './changes.ts';
import type { ManagementHandler, ManagementRoute } from './management-route.ts';

const channelIn = (fields: Readonly<Record<string, unknown>>): string => {
  const channel = fields.channel ?? fields.provider;
  if (typeof channel === 'string' && channel !== '') return channel;
  throw new ProxyError('invalid-request', 'invalid body: say which "channel"');
};

const edit =
  (key: string, listName: string): ManagementHandler =>
  (context, request) => {
    const body = mappingBody(request);
    const channel = channelIn(body);
    const list = body[listName];
    if (!Array.isArray(list)) throw new ProxyError('invalid-request', `invalid body: expected the list "${listName}"`);
    return change(context, (text) => withValue(text, [key, channel], list));
  };

const remove =
  (key: string): ManagementHandler =>
  (context, { query }) => {
    const channel = channelIn(query);
    return change(context, (text) => {
      if (valueAt(text, [key, channel]) === undefined) throw new ProxyError('not-found', `${key} has nothing for "${channel}"`);
      return withoutValue(text, [key, channel]);
    });
  };

/**
 * A mapping from OAuth channels to lists: GET, PUT of all of it, PATCH of one channel (`{"channel": …, "<listName>": […]}`), DELETE of
 * one (`?channel=…`).
 */
export const byChannelEndpoint = (key: string, listName: string): ManagementRoute => ({
  id: key,
  path: key,
  methods: {
    GET: ({ store }) => ({ [key]: valueAt(store.text, [key]) ?? {} }),
    PUT: (context, request) => {
      const body = mappingBody(request);
      return change(context, (text) => withValue(text, [key], body));
    },
    PATCH: edit(key, listName),
    DELETE: remove(key),
  },
});
