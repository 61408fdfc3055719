import type { Script } from '#fixtures/upstreams/script';
import { answer, replay } from '#fixtures/upstreams/script';

/** What happens to a request, and who is to count it. */
export interface Kind {
  readonly name: string;
  /** Of all requests, in parts. */
  readonly share: number;
  /** What the upstream does; absent where it must not be asked. */
  readonly script?: Script;
  readonly streams?: boolean;
  /** `bad-key`: a key that nobody has. `unknown-model`, `no-json`: refused by the proxy. `leaves`: goes as soon as the upstream works on it. */
  readonly client?: 'bad-key' | 'unknown-model' | 'no-json' | 'leaves';
  /** What the client may be told: a status, or that it left before one came. */
  readonly told: readonly string[];
  /** Whether the ledger has to count it: all but those that show no valid key. */
  readonly counted: boolean;
}

const streamOf = (more: object): Script => replay((seen) => ({ exchange: `${seen.surface}/text.stream`, ...more }));
const broken = (
  ending: 'reset' | 'eof' | 'clean-eof' | 'mid-chunk' | 'error-event' | 'garbage' | 'bad-json',
  afterEvents: number,
): Script => streamOf({ fault: { afterEvents, ending } });

/** The mixture: two thirds go well, the rest fails in every way that the mocked upstreams know and that ends by itself. */
export const kinds: readonly Kind[] = [
  { name: 'answer', share: 30, script: answer('text'), streams: false, told: ['200'], counted: true },
  { name: 'streamed answer', share: 26, script: answer('text'), streams: true, told: ['200'], counted: true },
  { name: 'tool call', share: 6, script: answer('tool-call'), told: ['200'], counted: true },
  {
    name: 'slow stream',
    share: 4,
    script: streamOf({ dribble: { bytes: 200, everyMs: 20 } }),
    streams: true,
    told: ['200'],
    counted: true,
  },
  {
    name: 'refused: 500',
    share: 4,
    script: replay((seen) => ({ exchange: `${seen.surface}/server-error` })),
    told: ['500'],
    counted: true,
  },
  {
    name: 'refused: 429',
    share: 4,
    script: replay((seen) => ({ exchange: `${seen.surface}/rate-limited` })),
    told: ['429'],
    counted: true,
  },
  { name: 'reset before the first event', share: 2, script: broken('reset', 0), streams: true, told: ['502'], counted: true },
  { name: 'reset in the stream', share: 3, script: broken('reset', 2), streams: true, told: ['200'], counted: true },
  { name: 'end of the connection in the stream', share: 2, script: broken('eof', 2), streams: true, told: ['200'], counted: true },
  { name: 'end without terminal event', share: 2, script: broken('clean-eof', 2), streams: true, told: ['200'], counted: true },
  { name: 'end inside of a chunk', share: 2, script: broken('mid-chunk', 2), streams: true, told: ['200'], counted: true },
  { name: 'error event', share: 2, script: broken('error-event', 2), streams: true, told: ['200'], counted: true },
  { name: 'garbage', share: 1, script: broken('garbage', 1), streams: true, told: ['200'], counted: true },
  { name: 'an event that is no JSON', share: 1, script: broken('bad-json', 1), streams: true, told: ['200', '502'], counted: true },
  {
    name: 'client leaves a stream',
    share: 4,
    script: streamOf({ fault: { afterEvents: 2, ending: 'stall' } }),
    streams: true,
    client: 'leaves',
    told: ['left'],
    counted: true,
  },
  { name: 'client leaves before the answer', share: 2, script: answer('text'), client: 'leaves', told: ['left'], counted: true },
  { name: 'unknown model', share: 2, client: 'unknown-model', told: ['404'], counted: true },
  { name: 'no JSON', share: 1, client: 'no-json', told: ['400'], counted: true },
  { name: 'bad key', share: 2, client: 'bad-key', told: ['401'], counted: false },
];

const total = kinds.reduce((sum, { share }) => sum + share, 0);

/** The kind of the n-th request: every kind by its share, spread out, the same in every run. */
export const kindOf = (n: number): Kind => {
  // A step that shares no factor with the total visits every slot once per round.
  let slot = (n * 61) % total;
  for (const kind of kinds) {
    if (slot < kind.share) return kind;
    slot -= kind.share;
  }
  throw new Error('the shares do not add up');
};
