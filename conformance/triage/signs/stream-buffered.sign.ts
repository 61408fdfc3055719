import { answerIn } from '#scenarios/kit/conversation';

import type { Answered } from '../session.ts';
import type { Named, Sign } from '../sign.ts';

/** Fewer pieces of text may well come in one read: some providers send a short answer in one or two. */
const fewPieces = 3;
/** No more is looked at: a hostile stream has any number of them. */
const mostEvents = 48;

/** Events behind which the answer's text is longer than before. */
const piecesOfText = ({ sight }: Answered): number => {
  const events = sight.events.slice(0, mostEvents);
  const lengths = events.map((_, index) => answerIn({ ...sight, events: events.slice(0, index + 1) })?.text.length ?? 0);
  return lengths.filter((length, index) => length > (lengths[index - 1] ?? 0)).length;
};

/** An answer that took no longer came in one piece because it was made in one piece. */
const atOnceMs = 250;

const cameWhole = (answered: Answered | undefined): answered is Answered =>
  answered !== undefined && answered.sight.status === 200 && answered.reads === 1 && piecesOfText(answered) >= fewPieces;

const cameInPieces = (answered: Answered | undefined): boolean =>
  answered !== undefined && answered.sight.status === 200 && answered.reads > 1;

/** What shows itself in the headers as standing in front. */
const hopIn = ({ sight: { headers } }: Answered): string | undefined => {
  const server = /^(?:nginx|openresty|apache|cloudflare|envoy|caddy|haproxy|varnish|traefik)[^\s]*/i.exec(headers['server'] ?? '')?.[0];
  return server ?? (headers['via'] === undefined ? undefined : 'a proxy that names itself in Via');
};

const remediation =
  'Switch buffering off for this route (nginx: proxy_buffering off, proxy_http_version 1.1, no gzip), or let the proxy send X-Accel-Buffering: no.';

const whole = (answered: Answered): string =>
  `${answered.sight.events.length} events in one read after ${Math.round(answered.sight.firstByteMs ?? answered.sight.durationMs)} ms`;

const byDirect = (front: Answered, behind: Answered): Named => ({
  row: 17,
  weight: 'certain',
  title: 'a hop in front of the proxy holds streams back',
  evidence: `through it: ${whole(front)}; past it: ${behind.sight.events.length} events in ${behind.reads} reads`,
  questions: ['stream', 'stream-direct'],
  cause: 'The proxy itself streams. What stands between it and the caller collects the whole answer before it passes it on.',
  remediation,
});

const byItself = (front: Answered): Named => ({
  row: 17,
  weight: 'certain',
  title: 'the proxy itself holds streams back',
  evidence: `through the public address: ${whole(front)}; at its own address in one read, too`,
  questions: ['stream', 'stream-direct'],
  cause: 'Both addresses give the stream in one piece: the proxy, or something behind it, collects the answer.',
  remediation: 'Look at what the proxy does with streams, and whether a gateway between it and the provider buffers.',
});

/** Whoever tells the length of the whole has had the whole. */
const isCounted = ({ sight: { headers } }: Answered): boolean => headers['content-length'] !== undefined;

const byHeaders = (front: Answered): readonly Named[] => {
  const counted = isCounted(front);
  const hop = hopIn(front);
  if (!counted && (hop === undefined || front.sight.durationMs < atOnceMs)) return [];
  return [
    {
      row: 17,
      weight: 'likely',
      title: `${hop ?? 'a hop'} in front of the proxy seems to hold streams back`,
      evidence: `${whole(front)}${counted ? ', with the length of the whole in its header' : `; server: ${hop ?? 'unknown'}`}`,
      questions: ['stream'],
      cause: 'The whole answer was collected before its first event was passed on.',
      remediation: `${remediation} --direct URL with the proxy’s own address shows whether it is this hop.`,
    },
  ];
};

/** When the events came, from the first to the last. */
const spanOf = ({ sight: { events } }: Answered): { readonly from: number; readonly to: number } => ({
  from: events[0]?.atMs ?? 0,
  to: events.at(-1)?.atMs ?? 0,
});

/**
 * Pieces that leave within a moment may well arrive in one. What is held back comes when the last piece is there: later than the middle of
 * the stream as it is without the hop, for no two answers take equally long.
 */
const isHeldBack = (front: Answered, behind: Answered): boolean => {
  const { from, to } = spanOf(behind);
  return to - from >= atOnceMs && spanOf(front).from >= (from + to) / 2;
};

const tookTime = ({ sight }: Answered): boolean => sight.durationMs >= atOnceMs;

const sign: Sign = {
  name: 'stream-buffered',
  read: ({ answer }) => {
    const front = answer('stream');
    const behind = answer('stream-direct');
    if (!cameWhole(front)) return [];
    if (behind !== undefined && cameInPieces(behind)) {
      if (isHeldBack(front, behind)) return [byDirect(front, behind)];
      return isCounted(front) ? byHeaders(front) : [];
    }
    if (behind !== undefined && cameWhole(behind)) return tookTime(front) && tookTime(behind) ? [byItself(front)] : [];
    return byHeaders(front);
  },
};

export default sign;
