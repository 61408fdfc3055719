import { defineDefect } from '../defect.ts';
import { isErrorEvent } from '../error-events.ts';

/** What the timer of such a proxy looks at: its own comments. The end that the clean proxy tells behind them never comes. */
async function* neverEnding(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let kept = false;
  for await (const piece of pieces) {
    const text = piece.toString('utf8');
    kept ||= text.startsWith(':');
    if (kept && isErrorEvent(text)) await new Promise(() => undefined);
    yield piece;
  }
}

export default defineDefect({
  id: 'keep-alives-go-on-for-the-dead',
  about: 'Keep-alives count as words of the vendor, so that a vendor that fell silent is never given up',
  seenIn: 'sheet X5 (e) 1 and row 17 (c): a fixed ticker that nothing ends',
  outgoing: neverEnding,
});
