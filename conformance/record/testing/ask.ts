import { type Agent, request } from 'node:http';

/** What a client sees of one answer. */
export interface Sight {
  readonly status: number;
  readonly reason: string;
  /** Without those of the connection. */
  readonly fields: readonly string[];
  readonly informational: readonly number[];
  readonly body: string;
  readonly trailers: readonly string[];
  readonly whole: boolean;
}

const ofTheConnection = /^(connection|keep-alive|transfer-encoding)$/i;

const withoutConnection = (raw: readonly string[]): readonly string[] =>
  raw.flatMap((name, at) => (at % 2 === 1 || ofTheConnection.test(name) ? [] : [`${name}: ${raw[at + 1] ?? ''}`]));

/** Asks once, on a connection of its own where no agent has one. Rejects where no head comes. */
export const ask = (url: string, method = 'GET', agent: Agent | false = false): Promise<Sight> =>
  new Promise((resolve, reject) => {
    const informational: number[] = [];
    const outgoing = request(url, { method, agent });
    outgoing.on('information', ({ statusCode }) => void informational.push(statusCode));
    outgoing.once('error', reject);
    outgoing.once('response', (answer) => {
      const pieces: Buffer[] = [];
      const end = (whole: boolean): void =>
        resolve({
          status: answer.statusCode ?? 0,
          reason: answer.statusMessage ?? '',
          fields: withoutConnection(answer.rawHeaders),
          informational,
          body: Buffer.concat(pieces).toString('latin1'),
          trailers: answer.rawTrailers,
          whole,
        });
      answer.on('data', (piece: Buffer) => void pieces.push(piece));
      answer.once('end', () => end(true));
      answer.once('error', () => end(false));
    });
    outgoing.end();
  });
