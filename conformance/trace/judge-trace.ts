import { baseUrlVariables, type BaseUrlReading } from './base-url-variables.ts';
import { isModelCall, mechanisms, type Mechanism, type Seen } from './seen.ts';
import type { Trace } from './trace-client.ts';

/** All that goes past the target to one place. */
export interface Bypass {
  readonly to: string;
  readonly connections: number;
  readonly datagrams: number;
  /** `METHOD /path`, each once. */
  readonly requests: readonly string[];
  /** Nothing of it left the machine. */
  readonly refused: boolean;
  readonly seenBy: readonly Mechanism[];
}

/** What a trace amounts to. */
export interface TraceSummary {
  readonly verdict: 'all through' | 'bypassed' | 'nothing seen' | 'no model call' | 'model calls unread';
  /** Requests that the target answered, or should have. */
  readonly requests: number;
  readonly modelCalls: number;
  /** Connections to the target itself, of which the requests were not seen. */
  readonly unreadConnections: number;
  readonly bypasses: readonly Bypass[];
  readonly allowed: readonly string[];
  readonly environment: readonly BaseUrlReading[];
  readonly hints: readonly string[];
  readonly cannotSee: readonly string[];
}

const unique = <Item>(items: readonly Item[]): readonly Item[] => [...new Set(items)];

/** Nothing of it left the machine: what was not kept back went out. A request goes over a connection, which tells for it. */
const wasRefused = (there: readonly Seen[]): boolean =>
  there.some(({ refused }) => refused === true) && there.every(({ kind, refused }) => kind === 'request' || refused === true);

const bypassOf = (to: string, there: readonly Seen[]): Bypass => ({
  to,
  connections: there.filter(({ kind }) => kind === 'connection').length,
  datagrams: there.filter(({ kind }) => kind === 'datagram').length,
  requests: unique(there.filter(({ kind }) => kind === 'request').map(({ method, path }) => `${method ?? '?'} ${path ?? '/'}`)),
  refused: wasRefused(there),
  seenBy: unique(there.map(({ by }) => by)),
});

const bypassesOf = (seen: readonly Seen[]): readonly Bypass[] => {
  const places = new Map<string, Seen[]>();
  for (const each of seen) {
    if (each.verdict !== 'bypass') continue;
    const there = places.get(each.to);
    if (there === undefined) places.set(each.to, [each]);
    else there.push(each);
  }
  return [...places].map(([to, there]) => bypassOf(to, there));
};

const names = (readings: readonly BaseUrlReading[]): string => readings.map(({ name }) => name).join(', ');

const spelledOtherwise = (environment: readonly BaseUrlReading[]): readonly string[] =>
  baseUrlVariables.flatMap(({ name, successor }) => {
    const [older, newer] = [name, successor].map((each) => environment.find((reading) => reading.name === each));
    return older?.says === 'the target' && newer !== undefined && newer.says !== 'the target'
      ? [`${name} names the target, but its successor ${newer.name} does not: a client that reads the one mostly does not read the other`]
      : [];
  });

/** Where the environment may be the cause. */
const environmentHints = (environment: readonly BaseUrlReading[]): readonly string[] => {
  const toTarget = environment.filter(({ says }) => says === 'the target');
  const elsewhere = environment.filter(({ says }) => says === 'elsewhere');
  const none = `no base-URL variable of this environment names the target (looked at ${names(environment)}): export the one that the client reads in the shell that starts it, and start it anew; --give tries what they would do`;
  return [
    ...elsewhere.map(({ name, origin = '' }) => `${name} names ${origin}, not the target`),
    ...spelledOtherwise(environment),
    ...(toTarget.length === 0 ? [none] : []),
    ...(toTarget.length > 0 && elsewhere.length === 0
      ? [
          `${names(toTarget)} ${toTarget.length === 1 ? 'names' : 'name'} the target; what goes elsewhere is not steered by that, or the client has settings of its own`,
        ]
      : []),
  ];
};

const noModelCall =
  'requests came to the target, but none that asks a model: either nothing was asked, or the client lets its own servers ask (no environment mends that)';

const cannotSee = ({ sampled }: Trace): readonly string[] => [
  'programs that are no Node programs and heed neither base URLs nor proxies, while their connections are shorter than a tenth of a second' +
    (sampled ? '' : ' (here at all: there is no /proc)'),
  'UDP, and with it QUIC, of programs that are no Node programs',
  'what is inside of encrypted tunnels, and what is said on Unix sockets: somebody else may send it on from there',
];

const unreadModelCalls =
  'what went over the connections to the target cannot be read here, so a model may have been asked by them or not: a base-URL variable that names the target (see --give) leads what heeds it over the relay, which reads it';

interface Counts {
  readonly through: number;
  readonly modelCalls: number;
  readonly unreadConnections: number;
  readonly bypasses: number;
}

const verdictOf = ({ through, modelCalls, unreadConnections, bypasses }: Counts, needModelCall: boolean): TraceSummary['verdict'] => {
  if (bypasses > 0) return 'bypassed';
  if (through === 0) return 'nothing seen';
  if (!needModelCall || modelCalls > 0) return 'all through';
  return unreadConnections > 0 ? 'model calls unread' : 'no model call';
};

const callHints = (verdict: TraceSummary['verdict'], requests: number, { modelCalls, unreadConnections }: Counts): readonly string[] => {
  if (verdict === 'model calls unread') return [unreadModelCalls];
  return requests > 0 && modelCalls === 0 && unreadConnections === 0 ? [noModelCall] : [];
};

/** A process that has told of requests has told of what its connections are for. */
const unreadOf = (through: readonly Seen[]): number => {
  const readers = new Set(through.flatMap(({ kind, by, pid }) => (kind === 'request' && by === 'preload' ? [pid] : [])));
  return through.filter(({ kind, pid }) => kind === 'connection' && !readers.has(pid)).length;
};

/** @param needModelCall a client of which no model call comes to the target is not well, although its other requests do */
export const judgeTrace = (trace: Trace, needModelCall = false): TraceSummary => {
  const through = trace.seen.filter(({ verdict }) => verdict === 'through');
  const requests = through.filter(({ kind }) => kind === 'request');
  const modelCalls = requests.filter(isModelCall).length;
  const unreadConnections = unreadOf(through);
  const bypasses = bypassesOf(trace.seen);
  const counts = { through: through.length, modelCalls, unreadConnections, bypasses: bypasses.length };
  const verdict = verdictOf(counts, needModelCall);
  return {
    verdict,
    requests: requests.length,
    modelCalls,
    unreadConnections,
    bypasses,
    allowed: unique(trace.seen.filter(({ verdict }) => verdict === 'allowed').map(({ to }) => to)),
    environment: trace.environment,
    hints: [
      ...(verdict === 'bypassed' || verdict === 'nothing seen' ? environmentHints(trace.environment) : []),
      ...callHints(verdict, requests.length, counts),
    ],
    cannotSee: cannotSee(trace),
  };
};

export const seenByText = (by: readonly Mechanism[]): string => `seen by ${by.map((each) => mechanisms[each]).join(', and by ')}`;
