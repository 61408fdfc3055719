import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

import { defineDefect, type Message } from '../defect.ts';

const takesGzip = ({ headers }: Message): boolean => headers['accept-encoding']?.includes('gzip') ?? false;

export default defineDefect({
  id: 'streams-are-compressed-in-blocks',
  about: 'Event streams are compressed for callers who take gzip, and nothing is flushed before a block is full',
  seenIn: 'sheet row 17 (d): gzip on event streams',
  outgoing: (pieces, asked) => (takesGzip(asked) ? pipeline(Readable.from(pieces), createGzip(), () => undefined) : pieces),
  outgoingHeaders: (headers, asked) => (takesGzip(asked) ? { ...headers, 'content-encoding': 'gzip' } : headers),
});
