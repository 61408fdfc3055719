import { defineDefect } from '../defect.ts';

async function* intoTheNextEvent(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    const text = piece.toString('latin1');
    // The blank line that should end the comment is missing, so that it belongs to the event behind it.
    yield Buffer.from(text.startsWith(':') ? text.replace(/\n\n$/, '\n') : text, 'latin1');
  }
}

export default defineDefect({
  id: 'keep-alives-stand-inside-events',
  about: 'A keep-alive is not ended by a blank line: it stands inside of the event that comes next',
  seenIn: 'sheet row 17 (e) 3: clients that read JSON line by line choke on it',
  outgoing: intoTheNextEvent,
});
