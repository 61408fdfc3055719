import { createSocket, type Socket } from 'node:dgram';

/** A name server that knows nothing and notes what it is asked. */
export interface NameServer {
  readonly asked: () => readonly string[];
  readonly close: () => Promise<void>;
}

const headerBytes = 12;

/** The name of a question (RFC 1035, 4.1.2), and where it ends; `undefined` when it is none. */
export const nameIn = (question: Buffer): { readonly name: string; readonly end: number } | undefined => {
  const labels: string[] = [];
  let at = headerBytes;
  for (;;) {
    const length = question[at];
    if (length === undefined || length > 63) return undefined;
    if (length === 0) return { name: labels.join('.').toLowerCase(), end: at + 5 };
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
};

/** "There is no such name" to one question. */
export const noSuchName = (question: Buffer, end: number): Buffer => {
  const answer = Buffer.from(question.subarray(0, end));
  answer.writeUInt16BE(0x81_83, 2);
  answer.writeUInt16BE(1, 4);
  for (const at of [6, 8, 10]) answer.writeUInt16BE(0, at);
  return answer;
};

const listen = (socket: Socket, port: number, address: string): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => {
      socket.off('error', reject);
      resolve();
    });
  });

export const startNameServer = async (port = 53, address = '127.0.0.1'): Promise<NameServer & { readonly port: number }> => {
  const names: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (question, { port: asker, address: from }) => {
    const found = nameIn(question);
    if (found === undefined || found.end > question.length) return;
    names.push(found.name);
    socket.send(noSuchName(question, found.end), asker, from);
  });
  await listen(socket, port, address);
  return {
    port: socket.address().port,
    asked: () => [...names],
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
};
