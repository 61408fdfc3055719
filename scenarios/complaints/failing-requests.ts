import type { SurfaceId } from '#fixtures/exchange';
import type { Ending, Script, UpstreamRequest } from '#fixtures/upstreams/script';
import { answer, converse, type Cell, type Probe } from '#scenarios/kit/index';

/** Requests that end badly, each in its own way, for scenarios about what they leave behind. */

const marks = {
  left: '[the vendor waits]',
  reset: '[the connection breaks]',
  stopped: '[the stream just stops]',
  refused: '[the vendor is down]',
} as const;
type Fate = keyof typeof marks;

/** Events of each vendor's stream up to and with the first word. */
const upToTheFirstWord: Partial<Readonly<Record<SurfaceId, number>>> = {
  'openai-chat': 2,
  'openai-responses': 5,
  'anthropic-messages': 4,
  'gemini-generate': 1,
};
const meets = (fate: Fate) => (request: UpstreamRequest) => request.bodyBytes.includes(marks[fate]);

/** The first word, and what comes behind it: each is sent when the caller has the one before, or after a bound. */
export const words = ['Wireproof', ' says', ' ok.'] as const;

const waits: Script = ({ surface }) => ({ exchange: `${surface}/text.stream`, untilSeen: words });

const breaks =
  (ending: Ending): Script =>
  ({ surface }) => ({ exchange: `${surface}/text.stream`, fault: { afterEvents: upToTheFirstWord[surface] ?? 1, ending } });

/** What they meet; every other request gets its answer. */
export const failingUpstream = answer('text')
  .when(meets('left'), waits)
  .when(meets('reset'), breaks('reset'))
  .when(meets('stopped'), breaks('clean-eof'))
  .when(meets('refused'), ({ surface }) => ({ exchange: `${surface}/server-error` }));

export const saidByUpstream = 'Wireproof says ok.';

type Asking = Omit<Parameters<typeof converse>[1], 'text' | 'maxOutputTokens'>;

export const asking =
  (cell: Cell, about: Asking) =>
  (text: string, options: Partial<Pick<Probe, 'after' | 'leaveAt'>> = {}): Probe =>
    converse(cell, { ...about, text, maxOutputTokens: 16 }, options);

/** Five requests at once, of which none ends well. Who leaves does so at the first word, before the upstream goes on. */
export const failingRequests = (ask: ReturnType<typeof asking>) => {
  const meeting = (fate: Fate): Probe => ask(`Say ok. ${marks[fate]}`, fate === 'left' ? { leaveAt: words[0] } : {});
  return {
    left: meeting('left'),
    leftToo: meeting('left'),
    reset: meeting('reset'),
    stopped: meeting('stopped'),
    refused: meeting('refused'),
  };
};

export const failingSteps = ['left', 'leftToo', 'reset', 'stopped', 'refused'] as const;
