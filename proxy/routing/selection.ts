import { candidateKey } from './candidate-key.ts';
import { isTurningAway } from './cooldowns.ts';
import type { Candidate } from './model-table.ts';
import type { RoutingMemory } from './routing-memory.ts';

/** What decides who is asked, besides the candidates themselves. */
export interface SelectionParts {
  readonly memory: Pick<RoutingMemory, 'cooldowns' | 'breakers' | 'turns' | 'affinity'>;
  readonly strategy: 'round-robin' | 'fill-first';
  /** The model as clients name it; the rotation of each is its own. */
  readonly model: string;
  /** The conversation that keeps its credential while that one works. */
  readonly session?: string | undefined;
}

/** How ready a candidate is: `ready` ones are asked first, `shaky` ones after them, `resting` one at most when nobody else was asked. */
export type Readiness = 'ready' | 'shaky' | 'resting' | 'out';

export const readinessOf = ({ cooldowns, breakers }: SelectionParts['memory'], candidate: Candidate): Readiness => {
  const cooling = cooldowns.of(candidate);
  if (cooling !== undefined && isTurningAway(cooling)) return 'out';
  if (breakers.state(candidate.credential.id) === 'open') return 'resting';
  return cooling === undefined ? 'ready' : 'shaky';
};

const ofHighestPriority = (candidates: readonly Candidate[]): readonly Candidate[] => {
  if (candidates.length === 1) return candidates;
  const highest = candidates.reduce((most, { priority }) => Math.max(most, priority), Number.NEGATIVE_INFINITY);
  return candidates.filter(({ priority }) => priority === highest);
};

const preferred = (parts: SelectionParts, among: readonly Candidate[]): Candidate | undefined => {
  const { affinity, turns } = parts.memory;
  const bound = parts.session === undefined ? undefined : affinity.boundTo(parts.session, parts.model, among);
  // A binding outranks priorities (sheet X3 d).
  if (bound !== undefined) return bound;
  const first = ofHighestPriority(among);
  return parts.strategy === 'fill-first' ? first[0] : turns.take(parts.model, first);
};

/** When nobody else is left, the circuit that is closest to being tried again stands in: an outage is no reason to turn requests away. */
const soonest = ({ breakers }: SelectionParts['memory'], candidates: readonly Candidate[]): Candidate | undefined =>
  [...candidates].sort((a, b) => breakers.openUntil(a.credential.id) - breakers.openUntil(b.credential.id))[0];

const choose = (parts: SelectionParts, left: readonly Candidate[], isFirst: boolean): Candidate | undefined => {
  const [only] = left;
  if (left.length === 1 && only !== undefined && readinessOf(parts.memory, only) === 'ready') return preferred(parts, left);
  const at = (wanted: Readiness): readonly Candidate[] => left.filter((candidate) => readinessOf(parts.memory, candidate) === wanted);
  const [ready, shaky] = [at('ready'), at('shaky')];
  if (ready.length > 0) return preferred(parts, ready);
  if (shaky.length > 0) return preferred(parts, shaky);
  return isFirst ? soonest(parts.memory, at('resting')) : undefined;
};

/**
 * Who of the candidates is asked in turn in one round, each once at most. State is looked at each time, because cooldowns begin and end
 * while others are asked.
 */
export class Selection {
  readonly #parts: SelectionParts;
  readonly #asked = new Set<string>();

  constructor(parts: SelectionParts) {
    this.#parts = parts;
  }

  next(candidates: readonly Candidate[]): Candidate | undefined {
    const left = this.#asked.size === 0 ? candidates : candidates.filter((candidate) => !this.#asked.has(candidateKey(candidate)));
    const chosen = choose(this.#parts, left, this.#asked.size === 0);
    if (chosen !== undefined) this.#asked.add(candidateKey(chosen));
    return chosen;
  }
}

/** The order in which candidates would be asked now if each failed and nothing cooled down meanwhile; changes nothing. */
export const previewOrder = (parts: SelectionParts, candidates: readonly Candidate[]): readonly Candidate[] => {
  const selection = new Selection({ ...parts, memory: { ...parts.memory, turns: parts.memory.turns.scratch() } });
  const order: Candidate[] = [];
  for (let next = selection.next(candidates); next !== undefined; next = selection.next(candidates)) order.push(next);
  return order;
};
