import type { CanaryClock } from '../../canary/clock.ts';
import type { Redact } from '../../engine/redact.ts';
import type { AlertEvent, Delivery } from '../../history/records.ts';
import type { HistoryStore } from '../../history/store.ts';
import type { ReadyDestination } from '../destinations/prepare.ts';
import { isHopeless } from './back-off.ts';
import { countDeliveries, type DeliveryCount } from './count-deliveries.ts';
import { inTime } from './in-time.ts';
import { openLane, type End, type Lane } from './lane.ts';
import { openLooks } from './looks.ts';
import { openSender, type Answer } from './sender.ts';

export interface DeliveriesOptions {
  readonly store: Pick<HistoryStore, 'claimDeliveries' | 'finishDelivery'>;
  readonly destinations: readonly ReadyDestination[];
  readonly clock: CanaryClock;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly userAgent: string;
  /** Takes out what must not leave. */
  readonly redact: Redact;
  /** A line for the log: what was given up, and when the history cannot be asked. */
  readonly tell: (line: string) => void;
}

/** Brings alerts from the history to destinations, and repeats what did not arrive. */
export interface Deliveries {
  /** Looks at once whether something is due; without it, every few seconds. */
  readonly kick: () => void;
  /** Waits until all that is due has been tried, at most so long. What has to be repeated later stays in the history. */
  readonly settle: (withinMs: number) => Promise<void>;
  /** By destination. */
  readonly counts: () => ReadonlyMap<string, DeliveryCount>;
  /** After the configuration was read again. */
  readonly replace: (destinations: readonly ReadyDestination[]) => void;
  /** Takes nothing any more, lets what is under way end in a bounded time, and lets go of all connections. */
  readonly close: () => Promise<void>;
}

const pollMs = 5000;
const claimLimit = 50;
const shortestLeaseMs = 60_000;
const unknownAgainMs = 300_000;
const closeWithinMs = 5000;

/** Longer than a lane with all that may wait in it takes. */
const leaseFor = (destinations: Iterable<ReadyDestination>): number =>
  Math.max(shortestLeaseMs, ...[...destinations].map(({ timeoutMs }) => 12 * timeoutMs));

/** The event without anything that is secret. Text of the history was redacted before; this is the last door. */
const redacted = (event: AlertEvent, redact: Redact): AlertEvent => JSON.parse(redact(JSON.stringify(event))) as AlertEvent;

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The way from the history to a destination and back; nothing of it throws. */
const openRoad = ({ store, clock, random, redact, tell, userAgent }: DeliveriesOptions) => {
  const sender = openSender({ clock, userAgent });
  const counts = countDeliveries(tell);
  const putBack = async (delivery: Delivery, end: End): Promise<void> => {
    try {
      await store.finishDelivery(delivery.id, end);
    } catch (error) {
      // It comes back when its lease ends: told twice rather than never.
      tell(`the history could not be told what became of a delivery to ${delivery.destination}: ${wordsOf(error)}`);
    }
  };
  const finish = async (delivery: Delivery, end: End): Promise<void> => {
    counts.add(delivery, end);
    await putBack(delivery, end);
  };
  const send = async (destination: ReadyDestination, delivery: Delivery): Promise<Answer> => {
    try {
      const letter = destination.letterFor(redacted(delivery.event, redact), { now: clock.now(), delivery: delivery.id });
      const answer = await sender.send('POST', letter, destination.timeoutMs);
      // A destination may say again what it was told, its own address and key among it.
      return answer.kind === 'arrived' ? answer : { ...answer, error: redact(answer.error) };
    } catch {
      return { kind: 'lost', error: 'no letter could be written of it' };
    }
  };
  return { world: { now: clock.now, random, send, finish, putBack }, counts, sender };
};

/** The lanes of the destinations that there are now, and the end of those that there were. */
const openLanes = (world: ReturnType<typeof openRoad>['world']) => {
  const lanes = new Map<string, Lane>();
  let retired: Promise<unknown> = Promise.resolve();
  const stop = (): void => {
    for (const lane of lanes.values()) lane.stop();
  };
  return {
    of: (destination: ReadyDestination): Lane => {
      const lane = lanes.get(destination.name) ?? openLane(destination, world);
      lanes.set(destination.name, lane);
      return lane;
    },
    stop,
    retire: (): void => {
      stop();
      retired = Promise.all([retired, ...[...lanes.values()].map((lane) => lane.idle())]);
      lanes.clear();
    },
    idle: (): Promise<unknown> => Promise.all([retired, ...[...lanes.values()].map((lane) => lane.idle())]),
  };
};

/** Begins to deliver, and goes on until it is closed. */
export const startDeliveries = (options: DeliveriesOptions): Deliveries => {
  const { store, clock, tell } = options;
  const { world, counts, sender } = openRoad(options);
  const lanes = openLanes(world);
  let destinations = new Map(options.destinations.map((each) => [each.name, each]));
  counts.expect(destinations.keys());

  const withoutDestination = async (delivery: Delivery): Promise<void> => {
    const now = clock.now();
    const error = `no destination ${delivery.destination} in the configuration`;
    // Another process may have another configuration, and this one may be read again.
    if (isHopeless(delivery, now)) await world.finish(delivery, { givenUpAt: now, error });
    else await world.putBack(delivery, { nextAt: now + unknownAgainMs, error });
  };
  const claim = async (): Promise<'more' | 'all'> => {
    const now = clock.now();
    const leaseMs = leaseFor(destinations.values());
    const claimed = await store.claimDeliveries({ now, limit: claimLimit, leaseMs });
    for (const delivery of claimed) {
      const destination = destinations.get(delivery.destination);
      if (destination === undefined) await withoutDestination(delivery);
      else lanes.of(destination).take({ delivery, leaseEndsAt: now + leaseMs });
    }
    return claimed.length < claimLimit ? 'all' : 'more';
  };
  const looks = openLooks(claim, tell);
  const idle = async (): Promise<void> => {
    await looks.idle();
    await lanes.idle();
  };
  const poll = () =>
    clock.after(pollMs, () => {
      looks.kick();
      alarm = poll();
    });
  let alarm = poll();

  /** What an `opened` held back becomes due when that has arrived, so there is another look after each that ended something. */
  const settleAll = async (isOver: () => boolean): Promise<void> => {
    for (let before = -1; before !== counts.ended() && !isOver();) {
      before = counts.ended();
      looks.kick();
      await idle();
    }
  };
  return {
    kick: looks.kick,
    settle: async (withinMs) => {
      let over = false;
      await inTime(
        clock,
        withinMs,
        settleAll(() => over),
      );
      over = true;
    },
    counts: counts.all,
    replace: (next) => {
      lanes.retire();
      destinations = new Map(next.map((each) => [each.name, each]));
      counts.expect(destinations.keys());
      looks.kick();
    },
    close: async () => {
      looks.close();
      alarm.cancel();
      lanes.stop();
      await inTime(clock, closeWithinMs, idle());
      await sender.close();
      await inTime(clock, closeWithinMs, idle());
    },
  };
};
