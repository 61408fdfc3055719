import type { Clock } from '../clock.ts';
import type { Failure } from '../remedies/remedy.ts';
import type { Candidate } from './model-table.ts';
import { refusesModel } from './model-support.ts';

interface Cooling {
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly because: Failure;
}

const keyOf = (credentialId: string, model: string): string => `${credentialId}\n${model}`;

/** The failure without what is large: it is kept for hours. */
const remembered = (failure: Failure): Failure => ({
  ...failure,
  call: { ...failure.call, headers: {}, body: '' },
  bodyText: failure.bodyText.slice(0, 2_000),
});

/** Which credential is out of service for which upstream model, on the injected clock. */
export class Cooldowns {
  readonly #clock: Clock;
  readonly #cooling = new Map<string, Cooling>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(failure: Failure, forMs: number): void {
    this.#cooling.set(keyOf(failure.credential.id, failure.model), { until: this.#clock.now() + forMs, because: remembered(failure) });
  }

  /** Why and until when this candidate is out of service; `undefined` when it is not. */
  of({ credential, upstreamModel }: Candidate): Cooling | undefined {
    const key = keyOf(credential.id, upstreamModel);
    const cooling = this.#cooling.get(key);
    if (cooling === undefined || cooling.until > this.#clock.now()) return cooling;
    this.#cooling.delete(key);
    return undefined;
  }

  /** Whether every candidate cools down because the upstream does not serve the model to it. */
  hide(candidates: readonly Candidate[]): boolean {
    return candidates.every((candidate) => {
      const cooling = this.of(candidate);
      return cooling !== undefined && refusesModel(cooling.because);
    });
  }
}
