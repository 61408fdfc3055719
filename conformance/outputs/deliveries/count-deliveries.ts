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

/** Counts ends by destination, and tells of what was given up. */
export const countDeliveries = (tell: (line: string) => void) => {
  const counts = new Map<string, DeliveryCount>();
  return {
    add: (delivery: Delivery, end: End): void => {
      const now = counts.get(delivery.destination) ?? { delivered: 0, failed: 0, givenUp: 0 };
      const kind = kindOf(end);
      counts.set(delivery.destination, { ...now, [kind]: now[kind] + 1 });
      if ('givenUpAt' in end) tell(lost(delivery, end.error));
    },
    /** Deliveries that have come to an end. */
    ended: (): number => [...counts.values()].reduce((sum, { delivered, givenUp }) => sum + delivered + givenUp, 0),
    all: (): ReadonlyMap<string, DeliveryCount> => new Map(counts),
  };
};
