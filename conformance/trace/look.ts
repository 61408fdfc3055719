import { addressText, covers, isLoopback, placeKey, sameAddress, type Address } from './address.ts';
import type { InsideReport } from './inside-reports.ts';
import type { ClientProcesses, KernelConnection, KernelSockets } from './processes.ts';
import type { Tell } from './relay.ts';
import { shownPath, type Seen } from './seen.ts';

const mostWaiting = 1_000;

/** What the places are that a client can go to. */
export interface Places {
  /** By its name and by its addresses. */
  readonly target: readonly Address[];
  readonly ours: readonly Address[];
  readonly allow: readonly Address[];
  /** Ports of this machine on which the client itself listens. */
  readonly served: ReadonlySet<number>;
}

/** What a place is to the trace, as far as is known now. */
export const verdictIn =
  ({ target, ours, allow, served }: Places) =>
  (to: Address): Seen['verdict'] => {
    if ([...target, ...ours].some((each) => sameAddress(each, to))) return 'through';
    if (isLoopback(to.host) && served.has(to.port)) return 'noted';
    return allow.some((each) => covers(each, to)) ? 'allowed' : 'bypass';
  };

/** What is known of the client while it runs. */
export interface Knowledge {
  readonly served: Set<number>;
  readonly verdictOn: (to: Address) => Seen['verdict'];
  readonly isOurs: (to: Address) => boolean;
  /** The target, where our relay can read what goes there. */
  readonly isReadable: (to: Address) => boolean;
  readonly tell: Tell;
}

type Asked = Extract<InsideReport, { kind: 'request' }>;

/**
 * A process tells of its requests to the target whichever way they go. Those that come by the relay or the forward proxy are told there, with
 * their status; only where it has a connection of its own to the target are they told as the process has them.
 */
const straightRequests = (tell: (told: Asked) => void) => {
  const straight = new Set<number>();
  const waiting = new Map<number, Asked[]>();
  return {
    asked: (told: Asked): void => {
      if (straight.has(told.pid)) tell(told);
      else waiting.set(told.pid, [...(waiting.get(told.pid) ?? []).slice(-mostWaiting), told]);
    },
    connected: (pid: number): void => {
      straight.add(pid);
      waiting.get(pid)?.forEach(tell);
      waiting.delete(pid);
    },
  };
};

/** What the module inside of a Node process tells. What goes to us is left to us to tell. */
const insideTeller = ({ served, verdictOn, isOurs, isReadable, tell }: Knowledge) => {
  const aboutOf = (to: Address, pid: number) => ({ by: 'preload', to: addressText(to), verdict: verdictOn(to), pid }) as const;
  const tellRequest = ({ host, port, pid, method, path }: Asked): void =>
    tell({ ...aboutOf({ host, port }, pid), kind: 'request', method, path: shownPath(path) });
  const requests = straightRequests(tellRequest);
  const place = (told: Extract<InsideReport, { kind: 'connection' | 'datagram' | 'request' }>): void => {
    const to = { host: told.host, port: told.port };
    if (isOurs(to)) return;
    if (told.kind !== 'request') {
      tell({ ...aboutOf(to, told.pid), kind: told.kind, ...(told.refused && { refused: true }) });
      if (isReadable(to)) requests.connected(told.pid);
    } else if (isReadable(to)) requests.asked(told);
    else tellRequest(told);
  };
  return (told: InsideReport): void => {
    if (told.kind === 'listening') served.add(told.port);
    else if (told.kind === 'look-up') tell({ by: 'preload', kind: 'look-up', to: told.host, verdict: 'noted', pid: told.pid });
    else if (told.kind === 'local socket')
      tell({ by: 'preload', kind: 'local socket', to: shownPath(told.to), verdict: 'noted', pid: told.pid });
    else if (told.kind !== 'hello' && told.kind !== 'address') place(told);
  };
};

/** Where Node processes have said that they connect to, by name and by the addresses that it led to. */
const newReported = () => {
  const places = new Set<string>();
  const keyOf = (pid: number, to: Address): string => `${pid} ${placeKey(to)}`;
  return {
    add: (told: InsideReport): void => {
      if (told.kind === 'connection' || told.kind === 'address') places.add(keyOf(told.pid, told));
    },
    has: ({ pid, to }: KernelConnection): boolean => places.has(keyOf(pid, to)),
  };
};

/**
 * What sockets show that nobody has told of, each connection once. A Node process, too, can connect past our module: from a thread without
 * it, or by compiled code.
 */
const socketTeller = ({ served, verdictOn, isOurs, tell }: Knowledge, isReported: (connection: KernelConnection) => boolean) => {
  const told = new Set<string>();
  return ({ outgoing }: KernelSockets): void => {
    for (const connection of outgoing) {
      const { pid, inode, to, fromPort } = connection;
      if (told.has(inode)) continue;
      told.add(inode);
      if (isReported(connection) || served.has(fromPort) || isOurs(to)) continue;
      tell({ by: 'sockets', kind: 'connection', to: addressText(to), verdict: verdictOn(to), pid });
    }
  };
};

/** Looks at everything that does not tell by itself. Sockets are looked at first: what our module tells of them, it has told before. */
export const looker = (known: Knowledge, readReports: () => readonly InsideReport[], processes: ClientProcesses | undefined) => {
  const tellInside = insideTeller(known);
  const reported = newReported();
  const tellSockets = socketTeller(known, reported.has);
  return (): void => {
    const sockets = processes?.sockets(processes.alive());
    for (const port of sockets?.served ?? []) known.served.add(port);
    for (const report of readReports()) {
      reported.add(report);
      tellInside(report);
    }
    if (sockets !== undefined) tellSockets(sockets);
  };
};
