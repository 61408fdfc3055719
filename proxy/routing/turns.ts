import { boundedMemory } from '../bounded-memory.ts';
import { candidateKey, mostRemembered } from './candidate-key.ts';
import type { Candidate } from './model-table.ts';

/**
 * Whose turn it is (smooth weighted round-robin): everybody gains its weight each time, the one who has most is taken and pays for all.
 * So a candidate of weight 3 beside one of weight 1 is asked a, a, b, a and not a, a, a, b. Standings are kept per model.
 */
export class Turns {
  readonly #standings = boundedMemory<number>(mostRemembered);
  readonly #before: Turns | undefined;

  constructor(before?: Turns) {
    this.#before = before;
  }

  /** Takes one of the candidates; the first of equals. */
  take(model: string, candidates: readonly Candidate[]): Candidate | undefined {
    if (candidates.length === 1) return candidates[0];
    const total = candidates.reduce((sum, { weight }) => sum + weight, 0);
    const standings = candidates.map((candidate) => this.#standing(model, candidate) + candidate.weight);
    const best = standings.indexOf(Math.max(...standings));
    candidates.forEach((candidate, index) => {
      this.#standings.set(keyOf(model, candidate), (standings[index] ?? 0) - (index === best ? total : 0));
    });
    return candidates[best];
  }

  /** A copy to try things on: what is taken from it leaves this one as it is. */
  scratch(): Turns {
    return new Turns(this);
  }

  #standing(model: string, candidate: Candidate): number {
    const own = this.#standings.get(keyOf(model, candidate));
    return own ?? (this.#before === undefined ? 0 : this.#before.#standing(model, candidate));
  }
}

const keyOf = (model: string, candidate: Candidate): string => `${model}\n${candidateKey(candidate)}`;
