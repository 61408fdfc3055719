import { refusalOf } from '../refusal.ts';
import type { Seen } from '../seen.ts';
import type { Answered } from '../session.ts';
import type { Named, Sign } from '../sign.ts';

interface Counts {
  readonly requests: number;
  readonly tokens: number;
}

const numberIn = (value: unknown, key: string): number => {
  const found = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  return typeof found === 'number' && Number.isFinite(found) ? found : 0;
};

/** The sums over all providers (sheet 1.7); undefined when it is no such object. */
const countsIn = (answered: Answered | undefined): Counts | undefined => {
  const json = answered?.sight.status === 200 ? answered.sight.json : undefined;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const all = Object.values(json);
  return {
    requests: all.reduce<number>((sum, each) => sum + numberIn(each, 'request_count'), 0),
    tokens: all.reduce<number>((sum, each) => sum + numberIn(each, 'total_tokens'), 0),
  };
};

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
      worked: stream !== undefined && refusalOf(stream.sight) === undefined,
    },
  ];
};

const sign: Sign = {
  name: 'counters-stand-still',
  read: (seen): readonly Named[] =>
    spansOf(seen)
      .flatMap(({ what, from, to, worked }): readonly Named[] => {
        const [before, after] = [countsIn(seen.answer(from)), countsIn(seen.answer(to))];
        if (before === undefined || after === undefined || !worked) return [];
        const [requests, tokens] = [after.requests - before.requests, after.tokens - before.tokens];
        if (requests > 0 && tokens > 0) return [];
        return [
          {
            row: 11,
            // Where nobody claims that it counts, keys may simply have names that it does not count by.
            weight: seen.claims.has('provider-metrics') ? 'certain' : 'possible',
            title: 'what was answered is not counted',
            evidence: `after ${what}, /v1/metrics/providers counts ${requests} more requests and ${tokens} more tokens`,
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
