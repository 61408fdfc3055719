/** A deployment for tests that counts what reaches it. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Arrived {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** Answers, or does not. */
export type Behaviour = (response: ServerResponse, arrived: Arrived, index: number) => void;

export interface CountedTarget {
  readonly url: string;
  readonly arrived: readonly Arrived[];
  /** The most requests that were open at the same time. */
  readonly mostOpen: () => number;
  behave: Behaviour;
  /** As of a machine that is gone; `reopen` has the same port. */
  readonly close: () => Promise<void>;
}

const completion = (tokens: number): string =>
  JSON.stringify({ choices: [{ message: { content: 'ok' } }], usage: { prompt_tokens: tokens, completion_tokens: tokens } });

/** 200, and so many tokens each way. */
export const well =
  (tokens = 3): Behaviour =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(completion(tokens));
  };

export const says =
  (status: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end('{"error":{"message":"no"}}');
  };

export const resets: Behaviour = (response) => void response.socket?.resetAndDestroy();
export const hangs: Behaviour = () => undefined;

/** An answer that never ends. */
export const streamsForEver: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const piece = `data: ${'x'.repeat(64 * 1024)}\n\n`;
  const more = (): void => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
};

/** Ten megabytes of headers. */
export const hugeHeaders: Behaviour = (response) => {
  const { socket } = response;
  socket?.write('HTTP/1.1 200 OK\r\n');
  for (let index = 0; index < 160; index += 1) socket?.write(`x-${index}: ${'h'.repeat(64 * 1024)}\r\n`);
  socket?.end('\r\n');
};

export const startCountedTarget = async (behave: Behaviour = well()): Promise<CountedTarget> => {
  const arrived: Arrived[] = [];
  let open = 0;
  let most = 0;
  const server = createServer((request, response) => {
    const one: Arrived = { path: request.url ?? '', headers: request.headers };
    arrived.push(one);
    open += 1;
    most = Math.max(most, open);
    response.once('close', () => {
      open -= 1;
    });
    request.resume();
    request.once('end', () => target.behave(response, one, arrived.length - 1));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const target: CountedTarget = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    mostOpen: () => most,
    behave,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
  return target;
};
