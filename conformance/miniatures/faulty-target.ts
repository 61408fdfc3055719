import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

import { Agent, request } from 'undici';

import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';

import type { Target } from '../targets/target.ts';
import type { Defect, Memory, Message, PassOn, Reply } from './defect.ts';

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

const passTo =
  (origin: string, agent: Agent, signal: AbortSignal): PassOn =>
  async (message) => {
    const bodiless = message.method === 'GET' || message.method === 'HEAD';
    const answer = await request(`${origin}${message.path}`, {
      method: message.method as 'POST',
      headers: message.headers,
      body: bodiless ? null : message.chunked ? Readable.from([message.body]) : message.body,
      dispatcher: agent,
      signal,
    });
    return { status: answer.statusCode, headers: endToEnd(answer.headers), body: Buffer.from(await answer.body.arrayBuffer()) };
  };

const send = (response: ServerResponse, reply: Reply): void => {
  response.writeHead(reply.status, { ...reply.headers, 'content-length': reply.body.length });
  response.end(reply.body);
};

type Handle = NonNullable<Defect['front']>;

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

/** A relay that lets a defect see whole messages. A failed hop resets the caller's connection, as a crashed proxy would. */
const startShim = async (origin: string, handle: Handle, memory: Memory): Promise<Shim> => {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      const message = await messageOf(incoming);
      send(response, await handle(message, passTo(origin, agent, gone.signal), memory));
    } catch {
      response.destroy();
    }
  };
  const server: Server = createServer((incoming, response) => void serve(incoming, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await agent.destroy();
    },
  };
};

const passThrough: Handle = (message, passOn) => passOn(message);

/** The mocked upstream as seen through the shim behind the proxy. */
const behindShim = (upstream: MockUpstream, shim: Shim): MockUpstream => ({
  ...upstream,
  url: shim.url,
  baseUrl: (surface) => upstream.baseUrl(surface).replace(upstream.url, shim.url),
});

/** A clean target that wears one defect. Without a defect it is the clean target seen through both shims. */
export const faultyTarget = (clean: Target, defect: Partial<Defect> & { readonly id: string }): Target => ({
  ...clean,
  name: `${clean.name} with ${defect.id}`,
  start: async (setting, upstream, scenario) => {
    const memory: Memory = new Map();
    const back = upstream && (await startShim(upstream.url, defect.back ?? passThrough, memory));
    const target = await clean.start(setting, upstream && back ? behindShim(upstream, back) : upstream, scenario);
    const front = await startShim(target.url, defect.front ?? passThrough, memory);
    return {
      ...target,
      url: front.url,
      stop: async () => {
        await front.close();
        await target.stop();
        await back?.close();
      },
    };
  },
});
