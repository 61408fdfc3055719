import { personas, type AlsoNamed, type BrokenState, type PersonaId } from '../canary/broken-state.ts';
import { ofTheBuild } from '../canary/healthy.ts';
import type { Observation, Said } from './observe.ts';

/** What is off the diagonal: a row that is named and is not broken, or `nothing`, where the broken one is not named. */
export interface OffDiagonal {
  readonly observation: Observation;
  readonly said: Said | 'nothing';
  /** Undefined where no data explains it, which is a failure. */
  readonly because: string | undefined;
}

const holdsAt = (persona: PersonaId, said: Said, also: readonly AlsoNamed[] = []): string | undefined =>
  also.find(({ row, personas: at = personas }) => row === said && at.includes(persona))?.because;

const unnamedAt = (persona: PersonaId, state: BrokenState | undefined, byTriage: boolean): string | undefined => {
  const own = byTriage ? state?.triage?.unnamed : undefined;
  return (typeof own === 'string' ? own : own?.[persona]) ?? state?.unnamed?.[persona];
};

const whyAlso = ({ persona, by, state }: Observation, said: Said): string | undefined =>
  (by === 'triage' ? holdsAt(persona, said, state?.triage?.also) : undefined) ??
  holdsAt(persona, said, state?.also) ??
  (by === 'canary' ? holdsAt(persona, said, ofTheBuild) : undefined);

/** Everything that an observer said and is not the broken row, and the broken row where it was not said and could be. */
export const offDiagonal = (observation: Observation): readonly OffDiagonal[] => {
  const { row, said, persona, state, by, absent } = observation;
  const also = said
    .filter((each) => each !== row)
    .map((each): OffDiagonal => ({ observation, said: each, because: whyAlso(observation, each) }));
  if (row === undefined || absent !== undefined || said.includes(row)) return also;
  return [...also, { observation, said: 'nothing', because: unnamedAt(persona, state, by === 'triage') }];
};

/** Rows of states that a build cannot be in, named all the same. */
const impossible = ({ absent, row, said, state, persona, by }: Observation): readonly string[] =>
  absent !== undefined && row !== undefined && said.includes(row)
    ? [`${state?.scenario} (${persona}): ${by} names ${row}, so it can be`]
    : [];

/** Explanations for triage of what did not happen: they have rotted. Those for canaries are held to what happens by diagnosis.test.ts. */
export const rotten = (observations: readonly Observation[]): readonly string[] => {
  const ofTriage = observations.filter(({ by }) => by === 'triage');
  const ofStates = ofTriage.flatMap((observation) => {
    const { state, persona, row, said } = observation;
    const also = state?.triage?.also ?? [];
    const unsaid = also
      .filter((each) => (each.personas ?? personas).includes(persona) && !said.includes(each.row))
      .map((each) => `${state?.scenario} (${persona}): does not name ${each.row}`);
    const own = state?.triage?.unnamed;
    const named = row !== undefined && said.includes(row) && (typeof own === 'string' || own?.[persona] !== undefined);
    return named ? [...unsaid, `${state?.scenario} (${persona}): names ${row}`] : unsaid;
  });
  return [...ofStates, ...observations.flatMap(impossible)];
};
