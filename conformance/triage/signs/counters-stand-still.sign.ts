import { grownBetween } from '../counted.ts';
import { isKeyRefusal, refusalOf } from '../refusal.ts';
import type { Seen } from '../seen.ts';
import type { Named, Sign } from '../sign.ts';
import { isWhole } from '../whole-stream.ts';

interface Span {
  readonly what: string;
  readonly from: string;
  readonly to: string;
  /** Whether anything was answered in between. */
  readonly worked: boolean;
}

const spansOf = ({ answer, asked }: Seen): readonly Span[] => {
  const stream = answer('uncounted-stream');
  return [
    {
      what: 'plain questions and a stream',
      from: 'metrics',
      to: 'metrics-between',
      worked: asked.some(({ answered }) => refusalOf(answered.sight) === undefined),
    },
    {
      what: 'a stream that nobody asked the count of',
      from: 'metrics-between',
      to: 'metrics-after',
      // Counts stand at a stream's end: where that is missing, it is row 17's.
      worked: stream !== undefined && isWhole(stream),
    },
  ];
};

/**
 * Where nobody claims that it counts, keys may simply have names that it does not count by; and a proxy that is open to anyone has no keys
 * to count by (sheet 1.7), which is row 1's.
 */
const mustCount = ({ claims, answer }: Seen): boolean =>
  claims.has('provider-metrics') && (answer('models-without-key')?.sight.status !== 200 || isKeyRefusal(answer('question-without-key')));

const sign: Sign = {
  name: 'counters-stand-still',
  read: (seen): readonly Named[] =>
    spansOf(seen)
      .flatMap(({ what, from, to, worked }): readonly Named[] => {
        const grown = grownBetween(seen.answer(from), seen.answer(to));
        if (grown === undefined || !worked || (grown.requests > 0 && grown.tokens > 0)) return [];
        return [
          {
            row: 11,
            weight: mustCount(seen) ? 'certain' : 'possible',
            title: 'what was answered is not counted',
            evidence: `after ${what}, /v1/metrics/providers counts ${grown.requests} more requests and ${grown.tokens} more tokens`,
            questions: [from, to],
            cause:
              'Statistics are switched off, answers without usage are dropped, or the build counts by the first word of the client’s key.',
            remediation:
              'Switch usage-statistics-enabled on, let the proxy count where nobody tells, and look at the numbers again after a question of each mode.',
          },
        ];
      })
      .slice(0, 1),
};

export default sign;
