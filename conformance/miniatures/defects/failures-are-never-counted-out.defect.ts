import { defineDefect, textOf, withText } from '../defect.ts';
import { isErrorEvent } from '../error-events.ts';

/** The gauge, and its number. */
const gauge = /^(wireproof_proxy_requests_in_flight) (\d+)$/m;

export default defineDefect({
  id: 'failures-are-never-counted-out',
  about: 'Requests that end badly stay in the gauge of requests in flight',
  seenIn: 'performance.md 3.3 row 6: what is counted in at the start is counted out at the good end only',
  front: async (message, passOn, memory) => {
    const reply = await passOn(message);
    const forgotten = (memory.get('forgotten') as number | undefined) ?? 0;
    if (message.path === '/metrics') {
      return withText(
        reply,
        textOf(reply).replace(gauge, (_line, name: string, count: string) => `${name} ${Number(count) + forgotten}`),
      );
    }
    if (reply.status >= 500 || isErrorEvent(textOf(reply))) memory.set('forgotten', forgotten + 1);
    return reply;
  },
});
