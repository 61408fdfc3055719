import type { Exchange } from '#fixtures/exchange';
import type { UpstreamRequest } from '#fixtures/upstreams/script';

import type { Spoken } from './speaker.ts';

/** What is played in place of an exchange of the catalogue: made from the request, so that nobody has checked it against the wire rules. */
export const madeExchange = (
  { surface, method, path, query, body }: UpstreamRequest,
  { status, headers, pieces }: Spoken,
  { id, about }: { readonly id: string; readonly about: string },
): Exchange => ({
  id: `${surface}/${id}`,
  about,
  dialect: surface,
  deviates: [],
  provenance: { kind: 'documented', source: "the vendors' API references" },
  redactions: [],
  // The query as in the exchanges of the catalogue: it tells a stream of events from an array.
  request: {
    method: method === 'GET' ? 'GET' : 'POST',
    path: `${path}${query === '' ? '' : `?${query.replace(/^\?/, '')}`}`,
    headers: {},
    body: body as never,
  },
  response: { status, headers: { ...headers }, chunks: pieces.map((utf8) => ({ afterMs: 0, utf8 })), ends: 'closed' },
  sha256: '0'.repeat(64),
});
