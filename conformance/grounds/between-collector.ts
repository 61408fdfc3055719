import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants, createGzip, type Gzip } from 'node:zlib';

import { Agent, type Dispatcher } from 'undici';

import { isEventStreamType } from '#fixtures/event-stream-type';
import type { Between } from '#scenarios/kit/grounds/between';

import { handOnUpgrades } from './between-upgrade.ts';
import { CannotPrepare } from './cannot-prepare.ts';
import type { Middlebox } from './middlebox.ts';

/** A small reverse proxy that does to answers what nginx does, for machines without one, and what nginx cannot do. */

const heldBytes = 32 * 1024;
const aMinuteMs = 60_000;
const ofConnection = new Set(['connection', 'content-length', 'transfer-encoding', 'keep-alive', 'host', 'expect', 'upgrade', 'te']);

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const passedOn = (headers: Headers): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || ofConnection.has(name) || name.startsWith('x-accel-') ? [] : [[name, value]],
    ),
  );

const page = (status: number, words: string): string =>
  `<html>\r\n<head><title>${status} ${words}</title></head>\r\n<body>\r\n<center><h1>${status} ${words}</h1></center>\r\n</body>\r\n</html>\r\n`;

const giveUp = (response: ServerResponse, status: number, words: string): void => {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': 'text/html' }).end(page(status, words));
};

const collects = ({ buffering }: Between, headers: Headers): boolean =>
  buffering === 'always' || (buffering === 'unless-asked-not-to' && headers['x-accel-buffering'] !== 'no');

const zips = ({ gzip }: Between, accepted: unknown, headers: Headers): boolean =>
  gzip === true &&
  String(accepted).includes('gzip') &&
  headers['content-encoding'] === undefined &&
  isEventStreamType(String(headers['content-type']));

const written = (response: ServerResponse, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    if (response.destroyed) return resolve();
    response.write(bytes, () => resolve());
  });

/** All that the compressor has so far; without `flush` it keeps what does not fill a block. */
const zipped = (gzip: Gzip, bytes: Buffer, flush: boolean): Promise<Buffer> =>
  new Promise((resolve) => {
    const taken = (): void => resolve((gzip.read() as Buffer | null) ?? Buffer.alloc(0));
    gzip.write(bytes, () => (flush ? gzip.flush(constants.Z_SYNC_FLUSH, taken) : taken()));
  });

const lastOf = (gzip: Gzip): Promise<Buffer> =>
  new Promise((resolve) => {
    const rest: Buffer[] = [];
    gzip.on('data', (piece: Buffer) => rest.push(piece)).once('end', () => resolve(Buffer.concat(rest)));
    gzip.end();
  });

interface Answer {
  readonly headers: Headers;
  readonly body: AsyncIterable<Buffer>;
}

/** Hands the pieces of one answer on, at once or in blocks. */
const handOn = async (answer: Answer, response: ServerResponse, between: Between, zip: boolean): Promise<void> => {
  const collecting = collects(between, answer.headers);
  const gzip = zip ? createGzip() : undefined;
  let held = Buffer.alloc(0);
  let seen = '';
  const push = async (bytes: Buffer): Promise<void> => {
    held = Buffer.concat([held, bytes]);
    if (held.length === 0 || (collecting && held.length < heldBytes)) return;
    const out = held;
    held = Buffer.alloc(0);
    await written(response, out);
  };
  if (!collecting) response.flushHeaders();
  for await (const piece of answer.body) {
    await push(gzip === undefined ? piece : await zipped(gzip, piece, !collecting));
    seen = between.endsBehind === undefined ? '' : seen + piece.toString('latin1');
    if (between.endsBehind !== undefined && seen.includes(Buffer.from(between.endsBehind).toString('latin1'))) break;
  }
  const last = gzip === undefined ? Buffer.alloc(0) : await lastOf(gzip);
  response.end(Buffer.concat([held, last]));
};

const bodyOf = async (incoming: IncomingMessage): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
};

/** Aborts, and says that it did, when nothing was heard for so long. */
const watchSilence = (ms: number, gone: AbortController) => {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    gone.abort();
  }, ms);
  return { heard: () => void timer.refresh(), stop: () => clearTimeout(timer), isLate: () => isLate };
};
type Silence = ReturnType<typeof watchSilence>;

async function* heard(pieces: AsyncIterable<Buffer>, silence: Silence): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    silence.heard();
    yield piece;
  }
}

type Ask = (options: Omit<Dispatcher.RequestOptions, 'origin'>) => Promise<Dispatcher.ResponseData>;

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly gone: AbortController;
  readonly silence: Silence;
}

const relay = async ({ incoming, response, gone, silence }: Exchange, between: Between, ask: Ask): Promise<void> => {
  const body = await bodyOf(incoming);
  silence.heard();
  const {
    statusCode,
    headers,
    body: pieces,
  } = await ask({
    path: incoming.url ?? '/',
    method: incoming.method ?? 'GET',
    headers: passedOn(incoming.headers),
    body: body.length === 0 ? null : body,
    signal: gone.signal,
  });
  silence.heard();
  const zip = zips(between, incoming.headers['accept-encoding'], headers);
  response.writeHead(statusCode, { ...passedOn(headers), ...(zip && { 'content-encoding': 'gzip' }) });
  await handOn({ headers, body: heard(pieces, silence) }, response, between, zip);
};

const serve = async (incoming: IncomingMessage, response: ServerResponse, between: Between, ask: Ask): Promise<void> => {
  const { elsewhere } = between;
  if (elsewhere !== undefined && incoming.url?.startsWith(elsewhere.path) === true) {
    incoming.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end(elsewhere.json);
    return;
  }
  const gone = new AbortController();
  if (between.hidesLeaving !== true) response.once('close', () => gone.abort());
  const silence = watchSilence(between.idleMs ?? aMinuteMs, gone);
  try {
    await relay({ incoming, response, gone, silence }, between, ask);
  } catch {
    giveUp(response, silence.isLate() ? 504 : 502, silence.isLate() ? 'Gateway Time-out' : 'Bad Gateway');
  } finally {
    silence.stop();
  }
};

/** A reverse proxy of our own in front of the origin. */
export const startCollector = async (origin: string, between: Between): Promise<Middlebox> => {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, pipelining: 0 });
  const ask: Ask = (options) => agent.request({ ...options, origin });
  const server = createServer((incoming, response) => void serve(incoming, response, between, ask));
  const endUpgrades = between.upgrades && handOnUpgrades(server, origin, between.upgrades);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new CannotPrepare(`a reverse proxy cannot listen here: ${cause.message}`)));
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    what: "Wireproof's own reverse proxy",
    stop: async () => {
      endUpgrades?.();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await agent.destroy();
    },
  };
};
