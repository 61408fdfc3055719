import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable, type Duplex } from 'node:stream';

import { Agent, request, type Dispatcher } from 'undici';

import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import { findToken } from '#fixtures/upstreams/read-request';

import type { ProgramStart } from '../targets/program.ts';
import type { FilePlaces, RunningTarget, Target } from '../targets/target.ts';
import type { Defect, Memory, Message, PassOn, Reply } from './defect.ts';
import { rememberFiles } from './files-under.ts';
import { newSocketShim, type SocketWay } from './socket-shim.ts';

/** Headers that belong to one connection and are made anew on the next. */
const hopByHop = new Set(['connection', 'content-length', 'transfer-encoding', 'keep-alive', 'host', 'expect']);

const endToEnd = (headers: Readonly<Record<string, string | readonly string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      hopByHop.has(name) || value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')]],
    ),
  );

const read = async (incoming: AsyncIterable<Buffer>): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece);
  return Buffer.concat(pieces);
};

/** What came of a body, and whether its connection broke before the end of its framing. */
const readAll = async (incoming: AsyncIterable<Buffer>, saw: (piece: Buffer) => void): Promise<Pick<Reply, 'body' | 'broken'>> => {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of incoming) {
      pieces.push(piece);
      saw(piece);
    }
    return { body: Buffer.concat(pieces) };
  } catch {
    return { body: Buffer.concat(pieces), broken: true };
  }
};

interface Hop {
  readonly origin: string;
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

const ask = ({ origin, agent, signal }: Hop, message: Message): Promise<Dispatcher.ResponseData> => {
  const bodiless = message.method === 'GET' || message.method === 'HEAD';
  return request(`${origin}${message.path}`, {
    method: message.method as 'POST',
    headers: message.headers,
    body: bodiless ? null : message.chunked ? Readable.from([message.body]) : message.body,
    dispatcher: agent,
    signal,
  });
};

type CallerSaw = MockUpstream['callerSaw'];

const wholeReply = async (answer: Dispatcher.ResponseData, saw: (piece: Buffer) => void = () => {}): Promise<Reply> => ({
  status: answer.statusCode,
  headers: endToEnd(answer.headers),
  ...(await readAll(answer.body, saw)),
});

const passTo =
  (hop: Hop, callerSaw: CallerSaw | undefined): PassOn =>
  async (message) => {
    const token = findToken(message.body);
    const answer = await ask(hop, message);
    return wholeReply(answer, token === undefined || callerSaw === undefined ? undefined : (piece) => callerSaw(token, piece));
  };

const send = (response: ServerResponse, reply: Reply): void => {
  if (reply.broken === true) {
    response.writeHead(reply.status, reply.headers);
    response.write(reply.body, () => response.destroy());
    return;
  }
  response.writeHead(reply.status, { ...reply.headers, 'content-length': reply.body.length });
  response.end(reply.body);
};

/** Hands pieces on as they come. A stream that breaks makes the caller's break behind the same bytes. */
const sendOn = async (
  response: ServerResponse,
  answer: Dispatcher.ResponseData,
  asked: Message,
  { outgoing, outgoingHeaders }: Way,
): Promise<void> => {
  response.writeHead(answer.statusCode, outgoingHeaders(endToEnd(answer.headers), asked));
  response.flushHeaders();
  for await (const piece of outgoing(answer.body, asked)) await new Promise((written) => response.write(piece, written));
  response.end();
};

type Outgoing = NonNullable<Defect['outgoing']>;
type OutgoingHeaders = NonNullable<Defect['outgoingHeaders']>;
type Handle = NonNullable<Defect['front']>;

/** What a shim does: looks at whole messages, or at the pieces of streams. */
interface Way {
  readonly handle: Handle | undefined;
  readonly outgoing: Outgoing;
  readonly outgoingHeaders: OutgoingHeaders;
  readonly neverHangsUp?: boolean;
  /** What it does in WebSockets; without, an upgrade is a plain request. */
  readonly sockets?: SocketWay;
}

const asTheyCome: Outgoing = (pieces) => pieces;
const asMeant = (start: ProgramStart): ProgramStart => start;
const asTheyLie = (files: FilePlaces): FilePlaces => files;
const asTheyAre: OutgoingHeaders = (headers) => headers;

interface Shim {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const messageOf = async (incoming: IncomingMessage): Promise<Message> => ({
  method: incoming.method ?? 'GET',
  path: incoming.url ?? '/',
  headers: endToEnd(incoming.headers),
  body: await read(incoming),
  chunked: incoming.headers['transfer-encoding'] !== undefined,
});

const isEventStream = (answer: Dispatcher.ResponseData): boolean => String(answer.headers['content-type']).includes('text/event-stream');

const relay = async (hop: Hop, message: Message, response: ServerResponse, way: Way): Promise<void> => {
  const answer = await ask(hop, message);
  if (isEventStream(answer)) await sendOn(response, answer, message, way);
  else send(response, await wholeReply(answer));
};

/** A relay that a defect stands in. A failed hop resets the caller's connection, as a crashed proxy would. */
const startShim = async (origin: string, way: Way, memory: Memory, callerSaw: CallerSaw | undefined): Promise<Shim> => {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    if (way.neverHangsUp !== true) response.on('close', () => gone.abort());
    try {
      const message = await messageOf(incoming);
      const hop: Hop = { origin, agent, signal: gone.signal };
      if (way.handle === undefined) await relay(hop, message, response, way);
      else send(response, await way.handle(message, passTo(hop, callerSaw), memory));
    } catch {
      response.destroy();
    }
  };
  const server: Server = createServer((incoming, response) => void serve(incoming, response));
  const sockets = way.sockets && newSocketShim(origin, way.sockets, memory);
  if (sockets !== undefined) {
    server.on('upgrade', (incoming: IncomingMessage, connection: Duplex, rest: Buffer) => {
      messageOf(incoming)
        .then((message) => sockets.take(message, incoming, connection, rest))
        .catch(() => connection.destroy());
    });
  }
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      sockets?.close();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await agent.destroy();
    },
  };
};

/** The mocked upstream as seen through the shim behind the proxy. */
const behindShim = (upstream: MockUpstream, shim: Shim): MockUpstream => ({
  ...upstream,
  url: shim.url,
  baseUrl: (surface) => upstream.baseUrl(surface).replace(upstream.url, shim.url),
});

/** How it is started, and from what, with the defect. */
const startedFaultily = ({ program, image }: RunningTarget, defect: Partial<Defect>): Pick<RunningTarget, 'program' | 'image'> => ({
  ...(program !== undefined && {
    program: { ...program, lay: async (...about) => (defect.program ?? asMeant)(await program.lay(...about)) },
  }),
  ...(image !== undefined && { image: defect.image?.(image) ?? image }),
});

/** Its files and its log, as the defect leaves them; defects that look at requests find the files, too. */
const recordedFaultily = (
  { disk, restart, logs }: RunningTarget,
  { started = asTheyLie, logged }: Partial<Defect>,
  memory: Memory,
): Pick<RunningTarget, 'disk' | 'restart' | 'logs'> => {
  if (disk !== undefined) rememberFiles(memory, disk);
  return {
    ...(disk !== undefined && { disk: started(disk) }),
    ...(disk !== undefined && restart !== undefined && { restart: () => restart().finally(() => started(disk)) }),
    logs: async () => {
      const lines = await logs();
      return logged === undefined || lines === undefined ? lines : logged(lines);
    },
  };
};

/** A clean target that wears one defect. Without a defect it is the clean target seen through both shims. */
export const faultyTarget = (clean: Target, defect: Partial<Defect> & { readonly id: string }): Target => ({
  ...clean,
  name: `${clean.name} with ${defect.id}`,
  start: async (setting, upstream, scenario) => {
    const memory: Memory = new Map();
    const { front: infront, back: handle, outgoing = asTheyCome, outgoingHeaders = asTheyAre, neverHangsUp = false } = defect;
    const sockets: SocketWay = { ...(defect.upgrade && { upgrade: defect.upgrade }), ...(defect.frames && { frames: defect.frames }) };
    const unchanged = { outgoing: asTheyCome, outgoingHeaders: asTheyAre };
    const callerSaw = upstream?.callerSaw;
    const back = upstream && (await startShim(upstream.url, { handle, ...unchanged, neverHangsUp }, memory, callerSaw));
    const target = await clean.start(setting, upstream && back ? behindShim(upstream, back) : upstream, scenario);
    const front = await startShim(target.url, { handle: infront, outgoing, outgoingHeaders, sockets }, memory, callerSaw);
    return {
      ...target,
      ...startedFaultily(target, defect),
      ...recordedFaultily(target, defect, memory),
      url: front.url,
      stop: async () => {
        await front.close();
        await target.stop();
        await back?.close();
      },
    };
  },
});
