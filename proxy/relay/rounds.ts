import { startTimer } from '../clock.ts';
import { candidateKey } from '../routing/candidate-key.ts';
import { isTurningAway } from '../routing/cooldowns.ts';
import type { Candidate } from '../routing/model-table.ts';
import type { RelayContext } from './context.ts';
import type { FailureNote } from './failure-note.ts';
import type { Search } from './search.ts';

/** Without a word of the upstream the first pause is so long; each next one twice as long. */
const firstPauseMs = 500;
const longestJitterMs = 2_000;

/** How often a candidate may be asked again: its own number of rounds, and for streams `streaming.bootstrap-retries` more. */
const extraRounds = ({ context, question }: Search, { requestRetry }: Candidate): number =>
  requestRetry + (question.stream ? context.config.streaming['bootstrap-retries'] : 0);

/** Who may be asked in a further round: whoever has rounds left and did not fail for good. */
export const forNextRound = (
  search: Search,
  candidates: readonly Candidate[],
  notes: readonly FailureNote[],
  round: number,
): readonly Candidate[] => {
  const last = new Map(notes.map((note) => [candidateKey(note.candidate), note]));
  return candidates.filter(
    (candidate) => extraRounds(search, candidate) >= round && last.get(candidateKey(candidate))?.retryable !== false,
  );
};

/** Until this candidate may be asked again: the upstream's word, else a pause that grows. */
const pauseMs = ({ routing, clock, config }: RelayContext, candidate: Candidate, note: FailureNote | undefined, round: number): number => {
  const cooling = routing.cooldowns.of(candidate);
  if (cooling !== undefined && isTurningAway(cooling)) return cooling.until - clock.now();
  return note?.hintMs ?? Math.min(firstPauseMs * 2 ** (round - 1), config['max-retry-interval'] * 1000);
};

/**
 * Milliseconds to wait before a further round; `undefined` when nobody can be asked within `max-retry-interval`. The jitter, a quarter of the
 * wait and two seconds at most, keeps clients that failed together from coming back together (sheet S5).
 */
export const waitBefore = (
  { context }: Search,
  candidates: readonly Candidate[],
  notes: readonly FailureNote[],
  round: number,
): number | undefined => {
  const last = new Map(notes.map((note) => [candidateKey(note.candidate), note]));
  const nearest = Math.min(...candidates.map((candidate) => pauseMs(context, candidate, last.get(candidateKey(candidate)), round)));
  if (nearest > context.config['max-retry-interval'] * 1000) return undefined;
  return nearest + context.routing.random() * Math.min(nearest / 4, longestJitterMs);
};

interface Pausing {
  readonly context: Pick<RelayContext, 'clock'>;
  readonly signal: Search['signal'];
}

/** Waits on the injected clock; ends at once when the client leaves. */
export const pause = ({ context, signal }: Pausing, ms: number): Promise<void> => {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      timer.stop();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = startTimer(context.clock, ms, end);
    signal.addEventListener('abort', end, { once: true });
  });
};
