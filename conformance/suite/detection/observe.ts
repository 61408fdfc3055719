import { byPageRow, type PageRow } from '#scenarios/kit/page-row';
import type { Scenario } from '#scenarios/kit/scenario';

import { resolveProfile, type Report } from '../../index.ts';
import { triage } from '../../triage/triage.ts';
import { isSure } from '../../triage/verdict.ts';
import { type BrokenState, type PersonaId } from '../canary/broken-state.ts';
import { canaryReport, withLiveProxy, type Trouble } from '../canary/live-proxy.ts';

export const observers = ['canary', 'triage'] as const;
export type Observer = (typeof observers)[number];

/** What somebody says: a row, or that a provider is in trouble, which the checklist of the page has and its matrix has not. */
export type Said = PageRow | 'provider stress';

/** What one of the two said of a proxy in one state. */
export interface Observation {
  readonly persona: PersonaId;
  readonly by: Observer;
  /** Undefined: in good health. */
  readonly state: BrokenState | undefined;
  readonly row: PageRow | undefined;
  /** Why a build like this cannot be in the state; undefined where it can. */
  readonly absent: string | undefined;
  readonly said: readonly Said[];
}

const place = (said: Said): PageRow => (said === 'provider stress' ? 'complaints' : said);

export const bySaid = (a: Said, b: Said): number => byPageRow(place(a), place(b));

const distinct = (all: readonly Said[]): readonly Said[] => [...new Set(all)].sort(bySaid);

const ofCanaries = ({ results }: Report): readonly Said[] =>
  distinct(results.flatMap(({ diagnosis }) => (diagnosis === undefined ? [] : [diagnosis.row])));

const triageSays = (persona: PersonaId, trouble: Trouble | undefined): Promise<readonly Said[]> =>
  withLiveProxy(persona, trouble, async ({ url, clientKey, profile }) => {
    const { named } = await triage({ url, key: clientKey, profile: await resolveProfile(profile, '.') });
    return distinct(named.filter(isSure).map(({ row }) => row ?? 'provider stress'));
  });

/** Both look at the proxy in its state, each at a fresh one: questions leave traces. */
export const observe = async (
  persona: PersonaId,
  scenarios: readonly Scenario[],
  state: BrokenState | undefined,
): Promise<readonly Observation[]> => {
  const scenario = scenarios.find(({ id }) => id === state?.scenario);
  const trouble = state === undefined || scenario === undefined ? undefined : { state, scenario };
  const about = { persona, state, row: scenario?.matrixRow, absent: state?.absent?.[persona] };
  return [
    { ...about, by: 'canary', said: ofCanaries(await canaryReport(persona, scenarios, trouble)) },
    { ...about, by: 'triage', said: await triageSays(persona, trouble) },
  ];
};
