import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** A target that returns nonsense. */
export interface HostileTarget {
  readonly url: string;
  /** Bytes that it got rid of so far. */
  readonly sentBytes: () => number;
  /** Method and path of every request, where it reads HTTP. */
  readonly asked: readonly string[];
  readonly stop: () => Promise<void>;
}

type Scheme = 'http' | 'https';

const listening = async (server: Server, asked: readonly string[], scheme: Scheme): Promise<HostileTarget> => {
  const sockets = new Set<Socket>();
  let gone = 0;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      gone += socket.bytesWritten;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sentBytes: () => gone + [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
    asked,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const http = (handle: RequestListener, scheme: Scheme = 'http'): Promise<HostileTarget> => {
  const asked: string[] = [];
  const server = createHttpServer((req, res) => {
    asked.push(`${req.method} ${req.url}`);
    handle(req, res);
  });
  return listening(server, asked, scheme);
};

/** Answers whatever it is asked with these bytes, and hangs up. */
const raw = (bytes: string | Buffer): Promise<HostileTarget> =>
  listening(
    createServer((socket) => {
      socket.once('data', () => socket.end(bytes));
    }),
    [],
    'http',
  );

const withoutEnd = (type: string, piece: Buffer): Promise<HostileTarget> =>
  http((_req, res) => {
    res.writeHead(200, { 'content-type': type });
    const more = (): void => {
      while (!res.destroyed && res.write(piece));
      if (!res.destroyed) res.once('drain', more);
    };
    more();
  });

const tenMegabytesOfHeaders = `HTTP/1.1 200 OK\r\n${`x-filler: ${'a'.repeat(1000)}\r\n`.repeat(10_000)}\r\n`;
const word = 'data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n';

/** Each kind of nonsense, by its name. */
export const hostileTargets = {
  binary: () =>
    http((_req, res) => res.writeHead(200, { 'content-type': 'application/octet-stream' }).end(Buffer.from([0, 255, 254, 27, 93, 7]))),
  'no HTTP': () => raw('\x1b[31mSSH-2.0-OpenSSH_9.6\r\n'),
  'ten megabytes of headers': () => raw(tenMegabytesOfHeaders),
  'an answer without an end': () => withoutEnd('application/json', Buffer.alloc(64 * 1024, '[')),
  'a stream without an end': () => withoutEnd('text/event-stream', Buffer.from(word.repeat(1000))),
  'a redirect in a circle': () => http((req, res) => res.writeHead(307, { location: req.url ?? '/' }).end()),
  'no TLS': () => http((_req, res) => res.end('{}'), 'https'),
  'TLS without a certificate': () => listening(createTlsServer(), [], 'https'),
} as const satisfies Readonly<Record<string, () => Promise<HostileTarget>>>;

export type Nonsense = keyof typeof hostileTargets;
