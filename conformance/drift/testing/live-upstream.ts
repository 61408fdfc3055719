import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An upstream that says whatever a test wants, and remembers what it was asked. */
export interface LiveUpstream {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  readonly close: () => Promise<void>;
}

export type Says = (res: ServerResponse, request: SeenRequest, call: number) => void;

export const json =
  (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Says =>
  (res) => {
    res.writeHead(status, { 'content-type': 'application/json', ...headers });
    res.end(JSON.stringify(value));
  };

const bodyOf = async (req: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
};

export const startLiveUpstream = async (says: Says): Promise<LiveUpstream> => {
  const seen: SeenRequest[] = [];
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = req;
    const request = { method, url, headers, body: await bodyOf(req) };
    says(res, request, seen.push(request) - 1);
  };
  // Connections stay until the other side leaves: who forgets one is seen.
  const server = createServer({ keepAliveTimeout: 0 }, (req, res) => void answer(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
