import { request as httpRequest, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';

/** What of a request is sent on to whom. */
export interface Destination {
  /** Its origin is what counts. */
  readonly origin: URL;
  /** As the client has written it: a URL would tidy it up. */
  readonly path: string;
}

/** @param status of the answer, once its head has come; `undefined` when none came */
type Answered = (status: number | undefined) => void;

const perConnection = new Set(['connection', 'proxy-connection', 'proxy-authorization', 'keep-alive', 'te', 'trailer']);
/** What is said once about the framing of a body that Node takes apart and frames anew, for whom it may be another one. */
const framing = 'transfer-encoding';

/** Beyond what servers take: who refuses a long header is to be the target. */
export const longestHead = 1024 * 1024;

const pairsOf = ({ rawHeaders }: IncomingMessage): readonly (readonly [string, string])[] =>
  rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : []));

/** Headers in their order and case, with the host that the request now goes to. Pairs of name and value, one after the other. */
const headersFor = (incoming: IncomingMessage, { origin }: Destination, isUpgrade: boolean): string[] =>
  pairsOf(incoming).flatMap(([name, value]) => {
    const lower = name.toLowerCase();
    if (lower === 'host') return [name, origin.host];
    return perConnection.has(lower) && !(isUpgrade && lower === 'connection') ? [] : [name, value];
  });

const answerHeaders = (answer: IncomingMessage): string[] =>
  pairsOf(answer).flatMap(([name, value]) =>
    perConnection.has(name.toLowerCase()) || name.toLowerCase() === framing ? [] : [name, value],
  );

const switchedHeaders = (answer: IncomingMessage): string[] => pairsOf(answer).flat();

/** Its body lasts until the end of the connection. */
const refusedHeaders = (answer: IncomingMessage): string[] => [...answerHeaders(answer), 'connection', 'close'];

const couldNot = JSON.stringify({ error: { message: 'wireproof trace could not reach the target', type: 'trace_error' } });

/** Node throws for what it would not say itself. */
const sayable = (reason = ''): string => (/^[\t\x20-\x7e\x80-\xff]*$/.test(reason) ? reason : '');

/** In Latin 1, as Node reads headers. */
const headOf = ({ statusCode = 502, statusMessage }: IncomingMessage, headers: readonly string[]): Buffer => {
  const lines = headers.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${headers[index + 1] ?? ''}`] : []));
  return Buffer.from(`HTTP/1.1 ${statusCode} ${sayable(statusMessage)}\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1');
};

/** Two ends of one tunnel: what the one says the other hears, and neither outlives the other. */
export const join = (a: Duplex, b: Duplex): void => {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.on('error', () => to.destroy());
    from.once('close', () => to.destroy());
    from.pipe(to);
  }
};

/**
 * Each request has a connection of its own: one that is kept would be given to a client that starts afresh, after the target has given it up.
 * Throws where Node would not say what the client has said.
 */
const open = (incoming: IncomingMessage, to: Destination, isUpgrade: boolean): ClientRequest => {
  const { protocol, hostname, port } = to.origin;
  const options = {
    protocol,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port,
    path: to.path,
    method: incoming.method ?? 'GET',
    headers: headersFor(incoming, to, isUpgrade),
    setDefaultHeaders: false,
    maxHeaderSize: longestHead,
    agent: false,
  };
  return protocol === 'https:' ? httpsRequest(options) : httpRequest(options);
};

const opened = (...wanted: Parameters<typeof open>): ClientRequest | undefined => {
  try {
    return open(...wanted);
  } catch {
    return undefined;
  }
};

const once = (answered: Answered): Answered => {
  let told = false;
  return (status) => {
    if (!told) answered(status);
    told = true;
  };
};

const passAnswerOn = (answer: IncomingMessage, response: ServerResponse): void => {
  response.sendDate = false;
  response.writeHead(answer.statusCode ?? 502, sayable(answer.statusMessage), answerHeaders(answer));
  // Sends the head alone, in Latin 1; flushHeaders would make UTF-8 of it.
  response.write(Buffer.alloc(0));
  // A break behind the target is a break in front of it too.
  answer.on('error', () => response.destroy());
  answer.pipe(response);
};

/** Sends a request on as it comes, and its answer back. */
export const passOnRequest = (incoming: IncomingMessage, response: ServerResponse, to: Destination, tell: Answered): void => {
  const answered = once(tell);
  const fail = (): void => {
    answered(undefined);
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { 'content-type': 'application/json' }).end(couldNot);
  };
  const outgoing = opened(incoming, to, false);
  if (outgoing === undefined) {
    incoming.resume();
    return fail();
  }
  outgoing.once('response', (answer) => {
    answered(answer.statusCode);
    try {
      passAnswerOn(answer, response);
    } catch {
      // A status that is none.
      answer.destroy();
      fail();
    }
  });
  // Switching protocols is no answer to who has not asked for it.
  outgoing.once('upgrade', (answer, behind) => {
    answered(answer.statusCode);
    behind.destroy();
    fail();
  });
  outgoing.on('error', fail);
  response.once('close', () => outgoing.destroy());
  incoming.on('error', () => outgoing.destroy());
  incoming.pipe(outgoing);
};

/** Sends the handshake of a WebSocket on, and then what both sides say. */
export const passOnUpgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer, to: Destination, tell: Answered): void => {
  const answered = once(tell);
  const fail = (): void => {
    answered(undefined);
    socket.destroy();
  };
  const outgoing = opened(incoming, to, true);
  if (outgoing === undefined) return fail();
  socket.on('error', () => outgoing.destroy());
  socket.once('close', () => outgoing.destroy());
  outgoing.once('upgrade', (answer, behind, first) => {
    answered(answer.statusCode);
    socket.write(headOf(answer, switchedHeaders(answer)));
    if (first.length > 0) socket.write(first);
    if (head.length > 0) behind.write(head);
    join(socket, behind);
  });
  outgoing.once('response', (answer) => {
    answered(answer.statusCode);
    socket.write(headOf(answer, refusedHeaders(answer)));
    answer.on('error', () => socket.destroy());
    answer.pipe(socket);
  });
  outgoing.on('error', fail);
  outgoing.end();
};
