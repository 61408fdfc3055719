import { defineDefect } from '../defect.ts';

const block = 16_384;

async function* inBlocks(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    held = Buffer.concat([held, piece]);
    if (held.length < block) continue;
    yield held;
    held = Buffer.alloc(0);
  }
  yield held;
}

export default defineDefect({
  id: 'streams-come-in-blocks',
  about: 'Streamed answers go through a buffer of 16 KB, so that short ones come at once and at their end',
  seenIn: 'performance.md 3.3 row 7: bifrost#2048, dstack#4269',
  outgoing: inBlocks,
});
