import { boundedMemory } from '../bounded-memory.ts';
import type { Clock } from '../clock.ts';
import { mostRemembered } from './candidate-key.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** `circuit-breaker` of the configuration. */
export interface BreakerSettings {
  /** Transport faults and 5xx in a row that open a circuit. */
  readonly failures: number;
  readonly 'open-seconds': number;
}

interface Circuit {
  readonly failures: number;
  /** Milliseconds since the epoch; absent while it is closed. */
  readonly openUntil?: number;
  /** While half-open: until when the one request that tries it is waited for. */
  readonly triedUntil?: number;
}

/** One circuit as management and metrics may show it. */
export interface BreakerView {
  readonly credential: string;
  readonly state: BreakerState;
  readonly failures: number;
  readonly openUntil?: number;
}

/** One circuit per credential: what fails again and again rests, then one request tries whether it works again. */
export class Breakers {
  readonly #clock: Clock;
  readonly #circuits = boundedMemory<Circuit>(mostRemembered);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `half-open` only for the one request that may try; for others such a circuit is open. */
  state(credentialId: string): BreakerState {
    if (this.#circuits.size === 0) return 'closed';
    const circuit = this.#circuits.get(credentialId);
    if (circuit?.openUntil === undefined) return 'closed';
    const now = this.#clock.now();
    return circuit.openUntil > now || (circuit.triedUntil ?? 0) > now ? 'open' : 'half-open';
  }

  openUntil(credentialId: string): number {
    const circuit = this.#circuits.get(credentialId);
    return Math.max(circuit?.openUntil ?? 0, circuit?.triedUntil ?? 0);
  }

  /** A request is about to be sent: takes the one try of a half-open circuit. */
  entered(credentialId: string, settings: BreakerSettings): void {
    const circuit = this.#circuits.get(credentialId);
    if (circuit === undefined || this.state(credentialId) !== 'half-open') return;
    this.#circuits.set(credentialId, { ...circuit, triedUntil: this.#clock.now() + Math.max(settings['open-seconds'], 1) * 1000 });
  }

  failed(credentialId: string, settings: BreakerSettings): void {
    const failures = (this.#circuits.get(credentialId)?.failures ?? 0) + 1;
    const openUntil = this.#clock.now() + settings['open-seconds'] * 1000;
    this.#circuits.set(credentialId, { failures, ...(failures >= settings.failures && { openUntil }) });
  }

  /** The upstream has answered, be it with a refusal. */
  succeeded(credentialId: string): void {
    this.#circuits.delete(credentialId);
  }

  /** The request ended without telling anything, because its client left. */
  left(credentialId: string): void {
    const circuit = this.#circuits.get(credentialId);
    if (circuit === undefined) return;
    const { triedUntil: _tried, ...rest } = circuit;
    this.#circuits.set(credentialId, rest);
  }

  reset(credentialId?: string): void {
    if (credentialId === undefined) this.#circuits.clear();
    else this.#circuits.delete(credentialId);
  }

  /** Those with failures. */
  view(): readonly BreakerView[] {
    return [...this.#circuits]
      .map(([credential, { failures, openUntil }]) => ({
        credential,
        state: this.state(credential),
        failures,
        ...(openUntil !== undefined && { openUntil }),
      }))
      .sort((a, b) => a.credential.localeCompare(b.credential));
  }
}
