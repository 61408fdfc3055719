import { setTimeout as moment } from 'node:timers/promises';

import { defineDefect } from '../defect.ts';

const momentMs = 50;

async function* oneByOne(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    for (const event of piece.toString('latin1').split(/(?<=\n\n)/)) {
      await moment(momentMs);
      yield Buffer.from(event, 'latin1');
    }
  }
}

export default defineDefect({
  id: 'each-event-is-held-for-a-moment',
  about: 'Every event of a stream is held for 50 ms before it is passed on',
  seenIn: 'performance.md 3.3 row 7: smoothed output and log lines on the way',
  outgoing: oneByOne,
});
