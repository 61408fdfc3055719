import { defineDefect } from '../defect.ts';

async function* withoutEarlyComments(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begun = false;
  for await (const piece of pieces) {
    begun ||= !piece.toString('latin1').startsWith(':');
    if (begun) yield piece;
  }
}

export default defineDefect({
  id: 'keep-alives-wait-for-the-first-event',
  about: 'Keep-alives begin behind the first event of a stream: while the model thinks, nothing is sent',
  seenIn: 'sheet row 17 (c); CLIProxyAPI#4280',
  outgoing: withoutEarlyComments,
});
