/** What is and was wrong. */
import type { Delivery, Incident, ProbeResult } from '../../history/records.ts';
import type { WatchedScenario } from '../watched.ts';
import { partOf, type Part, type Source } from './source.ts';

export interface IncidentQuery {
  readonly open: boolean;
  readonly target?: string;
  readonly after?: string;
}

export interface IncidentList {
  readonly query: IncidentQuery;
  readonly incidents: Part<Incident>;
}

const incidentsShown = 50;
const resultsShown = 50;
const deliveriesShown = 50;

export const incidentListOf = async ({ history }: Source, query: IncidentQuery): Promise<IncidentList> => {
  const found = await history.incidents({
    limit: incidentsShown + 1,
    ...(query.open ? { open: true } : {}),
    ...(query.target === undefined ? {} : { target: query.target }),
    ...(query.after === undefined ? {} : { after: query.after }),
  });
  return { query, incidents: partOf(found, incidentsShown, query.after) };
};

/** A step of the story, in the order of time. */
export type Moment =
  | { readonly at: number; readonly kind: 'opened' }
  | { readonly at: number; readonly kind: 'closed' }
  | { readonly at: number; readonly kind: 'result'; readonly result: ProbeResult }
  | { readonly at: number; readonly kind: 'delivered' | 'given-up'; readonly delivery: Delivery };

export interface IncidentPage {
  readonly incident: Incident;
  readonly scenario?: WatchedScenario;
  readonly timeline: readonly Moment[];
  /** The timeline leaves out results; `incident.results` says how many there are. */
  readonly timelineCut: boolean;
  readonly deliveries: readonly Delivery[];
}

const deliveryMoment = (delivery: Delivery): readonly Moment[] => {
  if (delivery.deliveredAt !== undefined) return [{ at: delivery.deliveredAt, kind: 'delivered', delivery }];
  return delivery.givenUpAt === undefined ? [] : [{ at: delivery.givenUpAt, kind: 'given-up', delivery }];
};

const timelineOf = (incident: Incident, results: readonly ProbeResult[], deliveries: readonly Delivery[]): readonly Moment[] => {
  const moments: readonly Moment[] = [
    ...results.map((result) => ({ at: result.at, kind: 'result' as const, result })),
    { at: incident.openedAt, kind: 'opened' },
    ...deliveries.flatMap(deliveryMoment),
    ...(incident.closedAt === undefined ? [] : [{ at: incident.closedAt, kind: 'closed' as const }]),
  ];
  return moments.toSorted((a, b) => a.at - b.at);
};

/** `undefined`: there is no such incident. */
export const incidentPageOf = async ({ history, watched, now }: Source, id: string): Promise<IncidentPage | undefined> => {
  const incident = await history.incident(id);
  if (incident === undefined) return undefined;
  const { target, scenario } = incident;
  const first = await history.result(incident.firstResult);
  const [results, deliveries] = await Promise.all([
    history.results({
      target,
      scenario,
      from: first?.at ?? incident.openedAt,
      to: (incident.closedAt ?? now) + 1,
      limit: resultsShown + 1,
    }),
    history.deliveries({ incident: id, limit: deliveriesShown }),
  ]);
  const known = watched.scenarios.get(scenario);
  return {
    incident,
    ...(known === undefined ? {} : { scenario: known }),
    timeline: timelineOf(incident, results.slice(0, resultsShown), deliveries),
    timelineCut: results.length > resultsShown,
    deliveries,
  };
};
