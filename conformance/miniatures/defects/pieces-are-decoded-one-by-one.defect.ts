import { defineDefect } from '../defect.ts';

const pieceBytes = 7;

async function* decodedAlone(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    for (let from = 0; from < piece.length; from += pieceBytes) {
      yield Buffer.from(piece.subarray(from, from + pieceBytes).toString('utf8'));
    }
  }
}

export default defineDefect({
  id: 'pieces-are-decoded-one-by-one',
  about: 'Each piece of a stream is decoded by itself, so that letters of several bytes become question marks where a piece ends',
  seenIn: 'sheet row 17 (e) 5: frames split across TCP chunks',
  outgoing: decodedAlone,
});
