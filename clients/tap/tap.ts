import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';

import { flat, keptBytes, type Seen } from './seen.ts';
import { passSockets } from './sockets.ts';

/** Stands between client and proxy, passes on every byte and notes what went past. */
export interface Tap {
  /** Without a trailing slash. */
  readonly url: string;
  /** Requests so far in the order in which they came; those without an answer yet are told as left by the client. */
  readonly seen: () => readonly Seen[];
  readonly close: () => Promise<void>;
}

type Note = { -readonly [Key in keyof Seen]: Seen[Key] };

class Kept {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  add(chunk: Buffer): void {
    if (this.#bytes < keptBytes) this.#chunks.push(chunk.subarray(0, keptBytes - this.#bytes));
    this.#bytes += chunk.length;
  }
  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

const passAnswer = (answer: IncomingMessage, res: ServerResponse, note: Note, now: () => number): void => {
  const body = new Kept();
  note.status = answer.statusCode ?? 0;
  note.responseHeaders = flat(answer.headers);
  res.writeHead(note.status, answer.statusMessage, answer.rawHeaders);
  res.flushHeaders();
  const end = (ended: Seen['ended']): void => {
    note.ended = ended;
    note.endedMs = now();
    note.responseBody = body.text();
  };
  answer.on('data', (chunk: Buffer) => {
    body.add(chunk);
    note.responseBody = body.text();
    res.write(chunk);
  });
  answer.once('end', () => {
    end('complete');
    res.end();
  });
  answer.once('error', () => {
    if (!res.destroyed) end('cut by the proxy');
    res.destroy();
  });
};

const passRequest = (target: URL, req: IncomingMessage, res: ServerResponse, note: Note, now: () => number): void => {
  const sent = new Kept();
  const { hostname, port } = target;
  const onward = request({ hostname, port, method: note.method, path: note.path, headers: req.headers, agent: false });
  onward.once('response', (answer) => passAnswer(answer, res, note, now));
  onward.once('error', () => res.destroy());
  req.on('data', (chunk: Buffer) => {
    sent.add(chunk);
    onward.write(chunk);
  });
  req.once('end', () => {
    note.requestBody = sent.text();
    note.askedMs = now();
    onward.end();
  });
  req.once('error', () => onward.destroy());
  res.once('close', () => {
    if (note.ended !== 'complete') note.endedMs = now();
    onward.destroy();
  });
};

/** @param targetUrl the proxy's, on this machine */
export const startTap = async (targetUrl: string): Promise<Tap> => {
  const target = new URL(targetUrl);
  const startedAt = performance.now();
  const now = (): number => Math.round(performance.now() - startedAt);
  const notes: Note[] = [];
  const begin = ({ method = '', url = '', headers }: IncomingMessage): Note => {
    const unanswered = { status: 0, responseHeaders: {}, responseBody: '', ended: 'left by the client', endedMs: now() } as const;
    const note: Note = { over: 'http', method, path: url, requestHeaders: flat(headers), requestBody: '', askedMs: now(), ...unanswered };
    notes.push(note);
    return note;
  };
  const server = createServer({ noDelay: true }, (req, res) => passRequest(target, req, res, begin(req), now));
  const closeSockets = passSockets(server, target, { begin, now, add: (note) => notes.push(note) });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: () => notes.map((note) => ({ ...note })),
    close: async () => {
      closeSockets();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
