import { type RawData, WebSocket } from 'ws';

import type { CapturedFrame } from './captured.ts';
import type { FrameLog } from './frame-log.ts';

const bytesOf = (data: RawData): Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
};

/** Codes that may be in a frame; 1005 and 1006 tell that none came. */
const sendable = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);

const closeAs = (there: WebSocket, code: number, reason: Buffer): void => {
  if (code === 1006) there.terminate();
  else if (sendable(code)) there.close(code, reason);
  else there.close();
};

/** Bytes that wait for a side which does not read, before the other one is read no further. */
const mostWaiting = 1024 * 1024;

/** One that no longer listens is not waited for: a side that is held up would not hear the answer to its own close. */
const isBehind = (there: WebSocket): boolean => there.readyState === WebSocket.OPEN && there.bufferedAmount > mostWaiting;

/** Sends as fast as `there` takes it: the peer of `here` is held up as it would be without us. */
const throttled =
  (here: WebSocket, there: WebSocket) =>
  (send: (done: () => void) => void): void => {
    send(() => {
      if (here.isPaused && !isBehind(there)) here.resume();
    });
    if (isBehind(there)) here.pause();
  };

/** Hands everything from one side to the other. `onClosed` gets the code of the close. */
const passFrom = (
  from: CapturedFrame['from'],
  here: WebSocket,
  there: WebSocket,
  log: FrameLog,
  onClosed: (code: number) => void,
): void => {
  const handOn = throttled(here, there);
  here.on('message', (data: RawData, isBinary: boolean) => {
    const bytes = bytesOf(data);
    log.note(from, isBinary ? 'binary' : 'text', bytes);
    handOn((done) => there.send(bytes, { binary: isBinary }, done));
  });
  here.on('ping', (data: Buffer) => {
    log.note(from, 'ping', data);
    handOn((done) => there.ping(data, undefined, done));
  });
  here.on('pong', (data: Buffer) => {
    log.note(from, 'pong', data);
    handOn((done) => there.pong(data, undefined, done));
  });
  here.on('error', () => undefined); // the close that follows tells
  here.on('close', (code: number, reason: Buffer) => {
    // The second close answers the first.
    if (code !== 1006 && there.readyState === WebSocket.OPEN) log.note(from, 'close', reason, code === 1005 ? undefined : code);
    closeAs(there, code, reason);
    onClosed(code);
  });
};

/** Hands on what both sides say until both have ended. */
export const joinSockets = (
  client: WebSocket,
  upstream: WebSocket,
  log: FrameLog,
  onOver: (ends: 'close' | 'fin', clientLeft: boolean) => void,
): void => {
  const codes: { readonly from: CapturedFrame['from']; readonly code: number }[] = [];
  const closed = (from: CapturedFrame['from']) => (code: number) => {
    codes.push({ from, code });
    const [first] = codes;
    if (codes.length < 2 || first === undefined) return;
    onOver(first.code === 1006 ? 'fin' : 'close', first.code === 1006 && first.from === 'client');
  };
  passFrom('client', client, upstream, log, closed('client'));
  passFrom('upstream', upstream, client, log, closed('upstream'));
};
