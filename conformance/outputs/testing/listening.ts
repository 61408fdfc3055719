import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a destination got. */
export interface Got {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Listening {
  readonly url: string;
  readonly got: readonly Got[];
  /** Resolves when so many requests have come. */
  readonly after: (count: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
};

/** A destination on the loopback that answers as it is told to. */
export const listening = async (answer: RequestListener): Promise<Listening> => {
  const got: Got[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    got.push({ method: request.method, path: request.url, headers: request.headers, body: await bodyOf(request) });
    for (const { count, resolve } of waiting) if (got.length >= count) resolve();
    answer(request, response);
  };
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    void handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    after: (count) =>
      new Promise((resolve) => {
        if (got.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
