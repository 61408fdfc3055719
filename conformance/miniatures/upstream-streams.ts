import { withText, type Defect } from './defect.ts';
import { isStream } from './streamed-events.ts';

/** For defects in how a proxy reads the streams of its upstreams: it gets what it would have made of them. */
export const readingStreams =
  (read: (text: string) => string): NonNullable<Defect['back']> =>
  async (message, passOn) => {
    const reply = await passOn(message);
    return isStream(reply) ? withText(reply, read(reply.body.toString('utf8'))) : reply;
  };
