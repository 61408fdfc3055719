// What stands behind the measured gateways: a server on plain sockets that answers every request with bytes prepared beforehand, so that it
// takes far less time than anything in front of it. It still checks every request: its body must be, byte for byte, the one that was first
// seen under the same name (the harness has read that one thoroughly), and its head must hold what the harness says.
import { createServer } from 'node:net';

const headEnd = Buffer.from('\r\n\r\n');

/** @type {Map<string, any>} */
const answers = new Map();
/** @type {Map<string, {head: string, body: Buffer}>} */
const firstSeen = new Map();
let current = { answer: '', request: '', headHolds: '' };
const told = { requests: 0, eventsSent: 0 };

const refusalOf = (/** @type {string} */ problem) =>
  Buffer.from(
    `HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(problem)}\r\n\r\n${problem}`,
  );

/** Streams in which every event says when it was sent; one clock for all of them. */
const paced = new Set();
let clock;

const eventBytes = ({ before, after }, number) => {
  const data = `${before}${String(number).padStart(7, '0')}@${process.hrtime.bigint()};${after}`;
  return `${Buffer.byteLength(data).toString(16)}\r\n${data}\r\n`;
};

const beat = (stream, now) => {
  const { socket, answer } = stream;
  if (stream.sent < answer.events) {
    socket.write(eventBytes(answer, stream.sent));
    stream.sent += 1;
    told.eventsSent += 1;
    stream.dueAt = Math.max(stream.dueAt + answer.everyMs, now - answer.everyMs);
    return;
  }
  socket.write(answer.end);
  paced.delete(stream);
};

const tick = () => {
  const now = performance.now();
  for (const stream of paced) {
    if (stream.socket.destroyed) paced.delete(stream);
    else if (stream.dueAt <= now) beat(stream, now);
  }
  if (paced.size === 0) {
    clearInterval(clock);
    clock = undefined;
  }
};

const startPaced = (socket, answer) => {
  socket.write(answer.head);
  paced.add({ socket, answer, sent: 0, dueAt: performance.now() + answer.firstAfterMs });
  clock ??= setInterval(tick, 1);
};

/** A body larger than what should be held in memory at once: the same piece again and again, as fast as it is taken. */
const writeRepeated = (socket, { head, piece, times, end }) => {
  let left = times;
  socket.write(head);
  const go = () => {
    while (left > 0 && !socket.destroyed) {
      left -= 1;
      if (!socket.write(piece)) {
        socket.once('drain', go);
        return;
      }
    }
    if (!socket.destroyed) socket.write(end);
  };
  go();
};

const answerTo = (socket, problem) => {
  told.requests += 1;
  const answer = answers.get(current.answer);
  if (problem !== undefined) socket.write(refusalOf(problem));
  else if (answer === undefined) socket.write(refusalOf(`no answer ${current.answer} was prepared`));
  else if (answer.writes !== undefined) for (const bytes of answer.writes) socket.write(bytes);
  else if (answer.everyMs !== undefined) startPaced(socket, answer);
  else writeRepeated(socket, answer);
};

/** Reads request after request of one connection. */
const serve = (socket) => {
  let begun = Buffer.alloc(0);
  let owed = -1;
  let at = 0;
  let head = '';
  let problem;
  let learning;
  let pieces = [];

  const startBody = () => {
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    owed = length === undefined ? 0 : Number(length);
    at = 0;
    problem = undefined;
    if (length === undefined) problem = 'a request without content-length';
    else if (!head.includes(current.headHolds)) problem = `the head lacks ${current.headHolds}`;
    learning = !firstSeen.has(current.request);
    const known = firstSeen.get(current.request)?.body;
    if (known !== undefined && known.length !== owed) problem ??= `${owed} bytes instead of ${known.length}`;
  };
  const takeBody = (piece) => {
    if (learning) pieces.push(piece);
    else if (problem === undefined) {
      const known = firstSeen.get(current.request)?.body;
      if (known !== undefined && piece.compare(known, at, at + piece.length) !== 0) problem = `other bytes after ${at}`;
    }
    at += piece.length;
  };
  const endRequest = () => {
    if (learning && problem === undefined) firstSeen.set(current.request, { head, body: Buffer.concat(pieces) });
    pieces = [];
    owed = -1;
    answerTo(socket, problem);
  };
  socket.on('data', (received) => {
    let bytes = received;
    while (bytes.length > 0) {
      if (owed < 0) {
        const all = begun.length === 0 ? bytes : Buffer.concat([begun, bytes]);
        const end = all.indexOf(headEnd);
        if (end < 0) {
          begun = all;
          return;
        }
        begun = Buffer.alloc(0);
        head = all.latin1Slice(0, end);
        bytes = all.subarray(end + headEnd.length);
        startBody();
      }
      const piece = bytes.length + at > owed ? bytes.subarray(0, owed - at) : bytes;
      takeBody(piece);
      bytes = bytes.subarray(piece.length);
      if (at === owed) endRequest();
    }
  });
  socket.on('error', () => socket.destroy());
};

const prepare = ({ name, writes, ...rest }) => {
  answers.set(name, { ...rest, ...(writes !== undefined && { writes: writes.map((bytes) => Buffer.from(bytes, 'base64')) }) });
};

process.on('message', (message) => {
  if (message.prepare !== undefined) prepare(message.prepare);
  if (message.use !== undefined) current = message.use;
  const seen = message.seen === undefined ? undefined : firstSeen.get(message.seen);
  process.send?.({ ...told, ...(seen !== undefined && { seen: { head: seen.head, body: seen.body.toString('utf8') } }) });
});
process.on('disconnect', () => process.exit(0));

const server = createServer({ noDelay: true }, serve);
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));
