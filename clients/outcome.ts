import type { Receipt } from '#fixtures/upstreams/mock-upstream';

import { type CaseId, retryAfterSeconds } from './cases.ts';
import { words } from './model/plays.ts';
import type { Seen } from './tap/seen.ts';

/** Everything that one run of a case left behind. */
/** Which registry packages come from is a setting of the machine's, and no news. */
const asPlace = (name: string): string => (name.startsWith('registry.') ? 'the package registry' : name);

export interface Facts {
  readonly case: CaseId;
  /** In words: how the program ended, or that it had not after its bound. */
  readonly ended: string;
  readonly output: string;
  readonly seen: readonly Seen[];
  /** In every prompt of this run. */
  readonly token: string;
  readonly receipts: readonly Receipt[];
  /** What the tool left in the working directory. */
  readonly proofIsThere: boolean;
  readonly resultCameBack: boolean;
  /** Names that were looked up, beside those of this machine. */
  readonly namesAsked: readonly string[];
  /** Programs that outlived the client. */
  readonly leftBehind: readonly string[];
}

/** What a run came to, without anything that differs from run to run: this is compared. */
export interface Outcome {
  readonly ended: string;
  /** Method, path and status with how often, sorted. */
  readonly requests: readonly string[];
  /** How often the turn itself was asked for; `several` where that is a matter of time. */
  readonly tries: number | 'several';
  readonly prints: 'the whole answer' | 'half an answer, then the whole' | 'half an answer' | 'no answer';
  readonly tool?: { readonly ran: boolean; readonly resultSent: boolean };
  /** Whether it printed the beginning before the upstream had said the end. */
  readonly streams?: boolean;
  readonly retryAfter?: 'waited' | 'came back early' | 'did not come back';
  readonly namesAsked: readonly string[];
  readonly leftBehind: readonly string[];
}

const hasTools = (body: string): boolean => /"(?:tools|functionDeclarations)"\s*:\s*\[\s*\{/.test(body);

/** Codex warms a socket up with a turn that is not to be answered. */
const isWarmUp = (body: string): boolean => /"generate"\s*:\s*false/.test(body);

/** The requests for the turn itself, not those for titles, counts or lists. */
export const triesIn = ({ seen, token }: Pick<Facts, 'seen' | 'token'>): readonly Seen[] =>
  seen.filter(({ requestBody }) => requestBody.includes(token) && hasTools(requestBody) && !isWarmUp(requestBody));

/** Milliseconds between the end of each try and the beginning of the next. */
export const waitsIn = (facts: Pick<Facts, 'seen' | 'token'>): readonly number[] => {
  const tries = triesIn(facts);
  return tries.slice(1).map(({ askedMs }, index) => askedMs - (tries[index]?.endedMs ?? askedMs));
};

const stillRunning = 'still running';
export const wasStillRunning = (seconds: number): string => `${stillRunning} after ${seconds} s`;
const isEndless = ({ ended }: Facts): boolean => ended.startsWith(stillRunning);

/** Ids in paths differ from run to run. */
const plainPath = (path: string): string => path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>');

/** The first pause decides: what comes after it is answered or was told again. */
const retryAfterOf = (facts: Facts): Outcome['retryAfter'] => {
  const [wait] = waitsIn(facts);
  if (wait === undefined) return 'did not come back';
  return wait >= retryAfterSeconds * 1_000 - 100 ? 'waited' : 'came back early';
};

/** How often a client asks that goes on until it is ended, or until it is answered, is a matter of time. */
const isUncounted = (facts: Facts): boolean =>
  isEndless(facts) || (facts.case === 'rate-limited' && retryAfterOf(facts) === 'came back early');

const requestsIn = (facts: Facts): readonly string[] => {
  const counts = new Map<string, number>();
  for (const { over, method, path, status, requestBody } of facts.seen) {
    const isMessage = over === 'websocket' && requestBody !== '';
    const where = isMessage
      ? `message ${method}`
      : `${method} ${plainPath(path)}${over === 'websocket' ? ' (WebSocket)' : ''} → ${status === 0 ? 'no answer' : status}`;
    counts.set(where, (counts.get(where) ?? 0) + 1);
  }
  const often = (count: number): string => (count === 1 ? '' : isUncounted(facts) ? ' ×several' : ` ×${count}`);
  return [...counts].map(([what, count]) => `${what}${often(count)}`).sort();
};

/** A beginning that is followed by another one before there is an end. */
const beganTwice = new RegExp(`${words.begin}(?:(?!${words.end})[^])*${words.begin}`);

const printsOf = ({ case: id, output }: Facts): Outcome['prints'] => {
  if (id === 'tool-call') return output.includes(words.done) ? 'the whole answer' : 'no answer';
  if (id === 'cut' && beganTwice.test(output)) return 'half an answer, then the whole';
  if (output.includes(words.end)) return 'the whole answer';
  return output.includes(words.begin) ? 'half an answer' : 'no answer';
};

const caseParts = (facts: Facts): Pick<Outcome, 'tool' | 'streams' | 'retryAfter'> => {
  const { case: id, receipts, proofIsThere, resultCameBack } = facts;
  if (id === 'tool-call') return { tool: { ran: proofIsThere, resultSent: resultCameBack } };
  if (id === 'rate-limited') return { retryAfter: retryAfterOf(facts) ?? 'did not come back' };
  if (id !== 'streamed') return {};
  // A client may ask more than once; what it asks for beside the turn it never prints.
  return { streams: receipts.some(({ eventsWritten, held }) => eventsWritten > 1 && held === undefined) };
};

export const outcomeOf = (facts: Facts): Outcome => ({
  ended: facts.ended,
  requests: requestsIn(facts),
  tries: isUncounted(facts) && triesIn(facts).length > 1 ? 'several' : triesIn(facts).length,
  prints: printsOf(facts),
  ...caseParts(facts),
  namesAsked: [...new Set(facts.namesAsked.map(asPlace))].sort(),
  leftBehind: [...new Set(facts.leftBehind)].sort(),
});
