import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';

/** Sends requests on as they come, to one place or many, over connections of its own. */
export interface PassOn {
  /** @param answered told the status when the answer's head has come; `undefined` when none came */
  readonly request: (incoming: IncomingMessage, response: ServerResponse, to: URL, answered: (status: number | undefined) => void) => void;
  readonly upgrade: (
    incoming: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    to: URL,
    answered: (status: number | undefined) => void,
  ) => void;
  readonly close: () => void;
}

const perConnection = new Set(['connection', 'proxy-connection', 'proxy-authorization', 'keep-alive', 'te', 'trailer']);

/** Headers in their order and case, with the host that the request now goes to. Pairs of name and value, one after the other. */
const headersFor = (incoming: IncomingMessage, to: URL, isUpgrade: boolean): string[] => {
  const { rawHeaders } = incoming;
  const pairs = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : []));
  return pairs.flatMap(([name, value]) => {
    const lower = name.toLowerCase();
    if (lower === 'host') return [name, to.host];
    return perConnection.has(lower) && !(isUpgrade && lower === 'connection') ? [] : [name, value];
  });
};

const answerHeaders = ({ rawHeaders }: IncomingMessage, isUpgrade: boolean): string[] =>
  rawHeaders.flatMap((name, index) => {
    if (index % 2 === 1) return [];
    return perConnection.has(name.toLowerCase()) && !isUpgrade ? [] : [name, rawHeaders[index + 1] ?? ''];
  });

const couldNot = JSON.stringify({ error: { message: 'wireproof trace could not reach the target', type: 'trace_error' } });

const headText = (answer: IncomingMessage): string => {
  const headers = answerHeaders(answer, true);
  const lines = headers.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${headers[index + 1] ?? ''}`] : []));
  return `HTTP/1.1 ${answer.statusCode ?? 502} ${answer.statusMessage ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n`;
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

export const newPassOn = (): PassOn => {
  const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) };
  const open = (incoming: IncomingMessage, to: URL, isUpgrade: boolean): ClientRequest => {
    const options = { method: incoming.method ?? 'GET', headers: headersFor(incoming, to, isUpgrade), setDefaultHeaders: false };
    return to.protocol === 'https:'
      ? httpsRequest(to, { ...options, agent: isUpgrade ? false : agents['https:'] })
      : httpRequest(to, { ...options, agent: isUpgrade ? false : agents['http:'] });
  };
  return {
    request: (incoming, response, to, answered) => {
      const outgoing = open(incoming, to, false);
      outgoing.once('response', (answer) => {
        answered(answer.statusCode);
        response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answerHeaders(answer, false));
        response.flushHeaders();
        // A break behind the target is a break in front of it too.
        answer.on('error', () => response.destroy());
        answer.pipe(response);
      });
      outgoing.on('error', () => {
        if (response.headersSent) return response.destroy();
        answered(undefined);
        return response.writeHead(502, { 'content-type': 'application/json' }).end(couldNot);
      });
      response.once('close', () => outgoing.destroy());
      incoming.on('error', () => outgoing.destroy());
      incoming.pipe(outgoing);
    },
    upgrade: (incoming, socket, head, to, answered) => {
      const outgoing = open(incoming, to, true);
      socket.on('error', () => outgoing.destroy());
      socket.once('close', () => outgoing.destroy());
      outgoing.once('upgrade', (answer, behind, first) => {
        answered(answer.statusCode);
        socket.write(headText(answer));
        if (first.length > 0) socket.write(first);
        if (head.length > 0) behind.write(head);
        join(socket, behind);
      });
      outgoing.once('response', (answer) => {
        answered(answer.statusCode);
        socket.write(headText(answer));
        answer.pipe(socket);
      });
      outgoing.on('error', () => {
        answered(undefined);
        socket.destroy();
      });
      outgoing.end();
    },
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
};
