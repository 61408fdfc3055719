import { createHash } from 'node:crypto';

import { boundedMemory } from '../bounded-memory.ts';
import type { Clock } from '../clock.ts';
import type { Credential } from '../providers/provider.ts';
import type { Failure } from '../remedies/remedy.ts';
import { candidateKey, mostRemembered } from './candidate-key.ts';
import type { FailureClass } from './failure-class.ts';
import type { Candidate } from './model-table.ts';

/**
 * What a cooldown does: `quota`, `credential` (dead, forbidden, unpaid) and `model` (not served to it) turn requests away, `transient`
 * only sends them elsewhere first. A model of which all credentials are out for `credential` or `model` leaves the list.
 */
export type CooldownKind = 'quota' | 'credential' | 'model' | 'transient';

/** The last thing that went wrong, in words that may be shown to anybody: nothing of what an upstream wrote, except for its code. */
export interface LastError {
  /** The upstream's status; of a transport fault, the one that the proxy answers. */
  readonly status: number;
  readonly code?: string;
}

export interface Cooling {
  readonly kind: CooldownKind;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  readonly failureClass: FailureClass;
  readonly error: LastError;
  /** Whether a transient one turns away, too (persona). */
  readonly turnsAway?: boolean;
  /** Absent after transport faults. Without the request and without the secret. */
  readonly because?: Failure;
}

export interface CooldownStart {
  readonly kind: CooldownKind;
  readonly forMs: number;
  /** Whether the upstream said how long; else a quota cooldown that runs is left alone, so that a burst does not lengthen it. */
  readonly hinted: boolean;
  readonly failureClass: FailureClass;
  readonly error: LastError;
  readonly turnsAway?: boolean;
  readonly because?: Failure;
}

/** Whether nobody is asked while this lasts; else the credential is only asked after others. */
export const isTurningAway = ({ kind, turnsAway }: Cooling): boolean => kind !== 'transient' || turnsAway === true;

interface Entry extends Cooling {
  readonly candidate: { readonly credential: string; readonly upstreamModel: string };
  /** Which token and which plan were refused; others were not. */
  /** Until when the one request that tries it after its time is waited for. */
  readonly triedUntil?: number;
  readonly refused: { readonly token: string; readonly plan: string | undefined };
}

/** Refusals for quota come at once: what has not come by then is an answer on its way. */
const trialMs = 2_000;

const digest = (secret: string): string => createHash('sha256').update(secret).digest('base64');

const withoutSecret = (credential: Credential): Credential => ({ ...credential, secret: '', headers: {} });

/** The failure without what is large or secret: it is kept for hours. */
const remembered = (failure: Failure): Failure => ({
  ...failure,
  credential: withoutSecret(failure.credential),
  call: { ...failure.call, headers: {}, body: '' },
  bodyText: failure.bodyText.slice(0, 2_000),
});

/** A dead token says nothing about the one that replaced it, nor a plan about the next; such cooldowns lapse with a reload. */
const concerns = ({ kind, refused }: Entry, { credential }: Candidate): boolean => {
  if (kind === 'credential') return refused.token === digest(credential.secret);
  return kind !== 'model' || refused.plan === credential.plan;
};

/** One cooldown as management and metrics may show it. */
export interface CooldownView extends Pick<Cooling, 'kind' | 'since' | 'until' | 'error'> {
  readonly credential: string;
  readonly upstreamModel: string;
}

/** Which credential is out of service for which upstream model, on the injected clock. */
export class Cooldowns {
  readonly #clock: Clock;
  /** Entries stay when their time is over: a hidden model may have to wait for a success (persona), see `hides`. */
  readonly #entries = boundedMemory<Entry>(mostRemembered);
  /** How often in a row a quota was used up without a hint, one per window. */
  readonly #levels = boundedMemory<number>(mostRemembered);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A cooldown that turns away is never cut short by one that does not. */
  start(candidate: Candidate, start: CooldownStart): void {
    const running = this.#running(candidate);
    const until = this.#clock.now() + start.forMs;
    if (running !== undefined && !replaces(running, { ...start, until })) return;
    const { credential, upstreamModel } = candidate;
    const { hinted: _hinted, forMs: _forMs, because, ...about } = start;
    this.#entries.set(candidateKey(candidate), {
      ...about,
      ...(because !== undefined && { because: remembered(because) }),
      since: this.#clock.now(),
      until,
      candidate: { credential: credential.id, upstreamModel },
      refused: { token: digest(credential.secret), plan: credential.plan },
    });
  }

  /**
   * How long a quota that was refused without a hint takes: doubled per window, up to the ceiling. Refusals that come while a window is
   * open, of requests sent before it began, belong to it.
   */
  nextQuotaMs(candidate: Candidate, { first, ceiling }: { readonly first: number; readonly ceiling: number }): number {
    const key = candidateKey(candidate);
    if (this.#running(candidate)?.kind === 'quota') return Math.min(first * 2 ** ((this.#levels.get(key) ?? 1) - 1), ceiling);
    const level = Math.min((this.#levels.get(key) ?? 0) + 1, 40);
    this.#levels.set(key, level);
    return Math.min(first * 2 ** (level - 1), ceiling);
  }

  /** Why and until when this candidate is out of service; `undefined` when it is not. */
  of(candidate: Candidate): Cooling | undefined {
    if (this.#entries.size === 0) return undefined;
    const entry = this.#entries.get(candidateKey(candidate));
    if (entry === undefined || !concerns(entry, candidate)) return undefined;
    const until = Math.max(entry.until, entry.triedUntil ?? 0);
    return until > this.#clock.now() ? { ...entry, until } : undefined;
  }

  /** A request is about to be sent. After a quota's time is over the first one is waited for, a little, before others may follow. */
  entered(candidate: Candidate): void {
    if (this.#entries.size === 0) return;
    const key = candidateKey(candidate);
    const entry = this.#entries.get(key);
    if (entry?.kind !== 'quota' || entry.triedUntil !== undefined || entry.until > this.#clock.now()) return;
    this.#entries.set(key, { ...entry, triedUntil: this.#clock.now() + trialMs });
  }

  /** The request that tried it has ended without telling whether there is quota again. */
  left(candidate: Candidate): void {
    const key = candidateKey(candidate);
    const entry = this.#entries.get(key);
    if (entry?.triedUntil === undefined) return;
    const { triedUntil: _tried, ...rest } = entry;
    this.#entries.set(key, rest);
  }

  #running(candidate: Candidate): Cooling | undefined {
    const entry = this.#entries.get(candidateKey(candidate));
    return entry !== undefined && entry.until > this.#clock.now() && concerns(entry, candidate) ? entry : undefined;
  }

  /** Whether a candidate must not be asked. */
  turnsAway(candidate: Candidate): boolean {
    const cooling = this.of(candidate);
    return cooling !== undefined && isTurningAway(cooling);
  }

  /**
   * It has answered: nothing is held against it any more. Only a quota that has run out stays used up: nobody is asked while that lasts,
   * so what answers now was asked before.
   */
  succeeded(candidate: Candidate): void {
    if (this.#entries.size === 0 && this.#levels.size === 0) return;
    if (this.#running(candidate)?.kind === 'quota') return;
    this.#entries.delete(candidateKey(candidate));
    this.#levels.delete(candidateKey(candidate));
  }

  /**
   * Whether a model should not be listed: every candidate is out for another reason than quota.
   * @param unhidesOnExpiry otherwise a model that was hidden waits for a success, a changed token or a reset (sheet 1.3)
   */
  hides(candidates: readonly Candidate[], unhidesOnExpiry: boolean): boolean {
    return candidates.every((candidate) => {
      const entry = this.#entries.get(candidateKey(candidate));
      if (entry === undefined || !concerns(entry, candidate)) return false;
      const isOut = entry.until > this.#clock.now() || !unhidesOnExpiry;
      return isOut && (entry.kind === 'credential' || entry.kind === 'model');
    });
  }

  /** Ends the cooldowns of one credential, or all; says how many ran. */
  reset(credentialId?: string): number {
    const ended = [...this.#entries].filter(([, { candidate }]) => credentialId === undefined || candidate.credential === credentialId);
    const running = ended.filter(([, { until }]) => until > this.#clock.now()).length;
    for (const [key] of ended) {
      this.#entries.delete(key);
      this.#levels.delete(key);
    }
    return running;
  }

  /** Those that run, for management and metrics. */
  view(): readonly CooldownView[] {
    const now = this.#clock.now();
    return [...this.#entries.values()]
      .filter(({ until }) => until > now)
      .map(({ candidate, kind, since, until, error }) => ({ ...candidate, kind, since, until, error }))
      .sort((a, b) => a.credential.localeCompare(b.credential) || a.upstreamModel.localeCompare(b.upstreamModel));
  }
}

/** A newer word of the upstream goes before an older one; what only guesses goes before nothing that runs; else the longer one stays. */
const replaces = (running: Cooling, next: CooldownStart & { readonly until: number }): boolean => {
  if (next.kind === 'transient' && running.kind !== 'transient') return false;
  if (running.kind === 'transient' && next.kind !== 'transient') return true;
  if (running.kind === 'quota' && next.kind === 'quota') return next.hinted;
  return next.until >= running.until;
};
