import type { Delivery } from '../../history/records.ts';
import type { End } from './lane.ts';

/** What came of the deliveries to one destination since the start. */
export interface DeliveryCount {
  readonly delivered: number;
  /** Attempts that failed and are repeated. */
  readonly failed: number;
  readonly givenUp: number;
}

const kindOf = (end: End): keyof DeliveryCount => ('deliveredAt' in end ? 'delivered' : 'givenUpAt' in end ? 'givenUp' : 'failed');

const lost = ({ destination, event: { kind, incident }, id }: Delivery, error: string): string =>
  `gave up telling ${destination} that an incident of ${incident.target} was ${kind} (${id}): ${error}`;

const nothing: DeliveryCount = { delivered: 0, failed: 0, givenUp: 0 };

/** Counts ends by destination, and tells of what was given up. */
export const countDeliveries = (tell: (line: string) => void) => {
  const counts = new Map<string, DeliveryCount>();
  return {
    /** Destinations that there are: theirs begin at nought, or the first end of a kind would be no increase to who watches the counter. */
    expect: (destinations: Iterable<string>): void => {
      for (const name of destinations) if (!counts.has(name)) counts.set(name, nothing);
    },
    add: (delivery: Delivery, end: End): void => {
      const now = counts.get(delivery.destination) ?? nothing;
      const kind = kindOf(end);
      counts.set(delivery.destination, { ...now, [kind]: now[kind] + 1 });
      if ('givenUpAt' in end) tell(lost(delivery, end.error));
    },
    /** Deliveries that have come to an end. */
    ended: (): number => [...counts.values()].reduce((sum, { delivered, givenUp }) => sum + delivered + givenUp, 0),
    all: (): ReadonlyMap<string, DeliveryCount> => new Map(counts),
  };
};
