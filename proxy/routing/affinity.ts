import { boundedMemory } from '../bounded-memory.ts';
import type { Clock } from '../clock.ts';
import { candidateKey, mostRemembered } from './candidate-key.ts';
import type { Candidate } from './model-table.ts';

interface Bond {
  readonly candidate: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Which credential a conversation was last answered by, per model; forgotten when it has been silent for the time to live. */
export class Affinity {
  readonly #clock: Clock;
  readonly #bonds = boundedMemory<Bond>(mostRemembered);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param session a digest, see `session-key.ts` */
  boundTo(session: string, model: string, candidates: readonly Candidate[]): Candidate | undefined {
    const bond = this.#bonds.get(keyOf(session, model));
    if (bond === undefined || bond.until <= this.#clock.now()) return undefined;
    return candidates.find((candidate) => candidateKey(candidate) === bond.candidate);
  }

  answered(session: string, model: string, candidate: Candidate, ttlMs: number): void {
    this.#bonds.set(keyOf(session, model), { candidate: candidateKey(candidate), until: this.#clock.now() + ttlMs });
  }
}

const keyOf = (session: string, model: string): string => `${session}\n${model}`;

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** `session-affinity-ttl`: seconds, or text such as `30m`. */
export const ttlMsOf = (ttl: number | string): number =>
  typeof ttl === 'number' ? ttl * 1000 : Number(ttl.slice(0, -1)) * (unitMs[ttl.slice(-1)] ?? 1000);
