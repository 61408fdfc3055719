import { boundedMemory } from '../bounded-memory.ts';
import { mostRemembered } from './candidate-key.ts';

/** Counts failures, so that an operator is told of those that repeat. */
export class FailureCounts {
  readonly #counts = boundedMemory<number>(mostRemembered);

  /** Counts one more under this key and says how many there are now. */
  add(...key: readonly (string | number)[]): number {
    const name = key.join('\n');
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count;
  }
}
