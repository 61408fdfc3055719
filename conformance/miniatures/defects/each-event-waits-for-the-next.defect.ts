import { defineDefect } from '../defect.ts';

const end = /(?<=\r?\n\r?\n)/;

/** The last event goes out when the next one is whole, or at the end. */
async function* oneBehind(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held = '';
  for await (const piece of pieces) {
    const events = (held + piece.toString('latin1')).split(end);
    held = events.slice(-2).join('');
    // The newest whole event stays, and what has come of the one behind it.
    if (/\r?\n\r?\n$/.test(held)) held = events.at(-1) ?? '';
    const out = events.join('').slice(0, -held.length);
    if (out.length > 0) yield Buffer.from(out, 'latin1');
  }
  yield Buffer.from(held, 'latin1');
}

export default defineDefect({
  id: 'each-event-waits-for-the-next',
  about: 'An event of a stream is written when the next one has come, so that callers are always one behind',
  seenIn: 'performance.md 3.3 row 7: translations that look one event ahead; bifrost#2048',
  outgoing: oneBehind,
});
