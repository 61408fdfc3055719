import { answerIn } from '#scenarios/kit/conversation';

import { evidenceOf } from '../evidence.ts';
import { refusalOf } from '../refusal.ts';
import type { Answered } from '../session.ts';
import type { Named, Sign } from '../sign.ts';

const isStream = ({ sight }: Answered): boolean => /^text\/event-stream/i.test(sight.headers['content-type'] ?? '');

interface Trouble {
  readonly title: string;
  readonly cause: string;
}

const saysWhy = ({ sight }: Answered): boolean => answerIn(sight)?.stop !== undefined;

const troubleIn = (answered: Answered, plain: Answered): Trouble | undefined => {
  const { sight } = answered;
  if (sight.end === 'timeout') {
    return { title: 'a stream hangs', cause: 'Nothing ends it: a hop holds it back, or the end of the upstream is not passed on.' };
  }
  if (sight.end !== 'complete') {
    return {
      title: 'a stream is cut off',
      cause: 'A hop ends the connection before the answer is complete: an idle timeout, or a failure that nobody tells.',
    };
  }
  if (sight.status !== 200) return undefined;
  if (!isStream(answered)) {
    return {
      title: 'a stream was asked for, and something else came',
      cause: 'The proxy or a hop in front does not stream, or answers in its place.',
    };
  }
  if (answerIn(sight)?.ended !== true) {
    return {
      title: 'a stream ends without its last event',
      cause: 'The connection ended cleanly before the dialect’s own end came: truncated on the way.',
    };
  }
  if (saysWhy(plain) && !saysWhy(answered)) {
    return {
      title: 'a stream ends without a finish reason',
      cause: 'The upstream’s stream broke off, and the proxy ended it as if it were whole, with a last event of its own.',
    };
  }
  return undefined;
};

const sign: Sign = {
  name: 'stream-trouble',
  read: ({ answer, asked }): readonly Named[] => {
    const streamed = answer('stream');
    const plain = asked.find(({ answered }) => refusalOf(answered.sight) === undefined)?.answered;
    const trouble = streamed === undefined || plain === undefined ? undefined : troubleIn(streamed, plain);
    if (streamed === undefined || trouble === undefined) return [];
    return [
      {
        row: 17,
        weight: 'certain',
        ...trouble,
        evidence: `${evidenceOf(streamed)}; ${streamed.sight.events.length} events in ${streamed.reads} reads; the plain answer works`,
        questions: ['stream'],
        remediation:
          'Look at each hop: no buffering, no compression and no short timeouts for event streams; then ask past the hops with --direct.',
      },
    ];
  },
};

export default sign;
