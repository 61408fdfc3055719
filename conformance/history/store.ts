/** The history as everyone else sees it. One implementation over kysely serves SQLite (libsql) and PostgreSQL (issue 8). */
import type { AlertEvent, Amounts, Delivery, Incident, ProbeResult, Round, ScenarioState } from './records.ts';

/** What is known of a target when a round is judged; read and locked in the round's own transaction. */
export interface Known {
  /** Of all locations. */
  readonly states: readonly ScenarioState[];
  readonly open: readonly Incident[];
}

/** What a round changes. Pure code decides it (conformance/incidents). */
export interface Decision {
  /** New or changed states; the others stay. */
  readonly states: readonly ScenarioState[];
  /** Opened, changed or closed ones. */
  readonly incidents: readonly Incident[];
  readonly events: readonly AlertEvent[];
  /** What is worth a line in the log and is nobody's incident, such as that the canary itself was offline. Not kept. */
  readonly notes?: readonly string[];
}

export interface Ceilings {
  readonly requests?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly seconds?: number;
  readonly usd?: number;
}

/** Spending is counted for each scope in windows of an hour and of a day (UTC), among all processes on one database. */
export interface SpendRequest {
  /** A target's name, or `*` for all together. All must have room. */
  readonly limits: readonly { readonly scope: string; readonly hour: Ceilings; readonly day: Ceilings }[];
  readonly at: number;
  /** The worst case of what is about to be sent. */
  readonly worst: Amounts & { readonly seconds: number };
}

/** What is used of a window after a reservation, this one included. */
export interface SpendWindow {
  readonly scope: string;
  readonly span: 'hour' | 'day';
  readonly ceilings: Ceilings;
  readonly used: Amounts & { readonly seconds: number };
}

/** `used` lets who cannot ask the database for a while go on from there; stores that need no such thing leave it out. */
export type SpendAnswer = { readonly reservation: string; readonly used?: readonly SpendWindow[] } | { readonly refused: string };

export interface Page {
  readonly limit?: number;
  /** The id after which to go on, in the order of the answer. */
  readonly after?: string;
}

export interface ResultQuery extends Page {
  readonly target?: string;
  readonly scenario?: string;
  readonly location?: string;
  readonly round?: string;
  readonly row?: ProbeResult['row'];
  readonly verdicts?: readonly string[];
  readonly from?: number;
  readonly to?: number;
}

export interface IncidentQuery extends Page {
  readonly target?: string;
  readonly scenario?: string;
  readonly row?: ProbeResult['row'];
  readonly open?: boolean;
  /** Open at some moment since then. */
  readonly from?: number;
  readonly to?: number;
}

/** One point of a series: what happened in `[at, at + widthMs)`. Percentiles are nearest-rank over passing results. */
export interface SeriesPoint {
  readonly at: number;
  readonly pass: number;
  readonly fail: number;
  /** Inconclusive, unreachable, error. */
  readonly other: number;
  readonly latency?: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly firstByte?: { readonly p50: number; readonly p95: number; readonly p99: number };
}

/** A day (UTC) of one row at one target, over locations and scenarios; kept long after its results are gone. */
export interface DayOfRow {
  readonly target: string;
  readonly row: ProbeResult['row'];
  /** Midnight UTC. */
  readonly day: number;
  readonly pass: number;
  readonly warned: number;
  readonly fail: number;
  readonly other: number;
}

export interface Retention {
  /** Milliseconds each. */
  readonly resultsMs: number;
  readonly evidenceMs: number;
  readonly hoursMs: number;
  readonly daysMs: number;
  readonly incidentsMs: number;
}

export interface HistoryStore {
  readonly kind: 'sqlite' | 'postgres';
  /**
   * Writes a round, its results, and what `decide` makes of them, in one transaction that is durable when the promise resolves. Writing a
   * round that is there already changes nothing and answers what was decided then (`undefined`: nothing new).
   * @param destinations those that get a delivery for each event
   */
  readonly recordRound: (
    round: Round,
    results: readonly ProbeResult[],
    decide: (known: Known) => Decision,
    destinations: readonly string[],
  ) => Promise<Decision | undefined>;
  /** Reserves the worst case in all scopes and windows, or in none. What is never settled stays reserved: it may have been spent. */
  readonly reserve: (request: SpendRequest) => Promise<SpendAnswer>;
  readonly settle: (reservation: string, spent: Amounts & { readonly seconds: number }) => Promise<void>;
  /** What is spent or reserved in the hour and in the day of `at`. */
  readonly spent: (
    scope: string,
    at: number,
  ) => Promise<{ readonly hour: Amounts & { seconds: number }; readonly day: Amounts & { seconds: number } }>;
  readonly states: (query?: { readonly target?: string; readonly location?: string }) => Promise<readonly ScenarioState[]>;
  /** Newest first. */
  readonly incidents: (query?: IncidentQuery) => Promise<readonly Incident[]>;
  readonly incident: (id: string) => Promise<Incident | undefined>;
  /** Newest first. */
  readonly rounds: (query?: ResultQuery) => Promise<readonly Round[]>;
  /** Newest first. */
  readonly results: (query?: ResultQuery) => Promise<readonly ProbeResult[]>;
  readonly result: (id: string) => Promise<ProbeResult | undefined>;
  /** Down-sampled where the results are gone already. Oldest first. */
  readonly series: (query: {
    readonly target: string;
    readonly scenario?: string;
    readonly location?: string;
    readonly from: number;
    readonly to: number;
    readonly widthMs: number;
  }) => Promise<readonly SeriesPoint[]>;
  readonly days: (query: { readonly target?: string; readonly from: number; readonly to: number }) => Promise<readonly DayOfRow[]>;
  /** Latencies of passing results since then, oldest first, a bounded number: what alert rules learn from. */
  readonly samples: (query: {
    readonly target: string;
    readonly scenario: string;
    readonly location: string;
    readonly from: number;
    readonly limit: number;
  }) => Promise<readonly { readonly at: number; readonly totalMs: number; readonly firstByteMs?: number }[]>;
  /**
   * Closes what is open at targets that are not watched and of which nobody has written a round since then, nor for three times as long as the longest
   * pause between its latest rounds, and tells those who were told that it began. What a round of somebody else's keeps in sight stays as it is.
   * @returns the closed ones
   */
  readonly closeLeft: (query: {
    readonly watched: readonly string[];
    readonly silentSince: number;
    readonly now: number;
  }) => Promise<readonly Incident[]>;
  /** Takes up to `limit` deliveries that are due; nobody else gets them for `leaseMs`. */
  readonly claimDeliveries: (query: {
    readonly now: number;
    readonly limit: number;
    readonly leaseMs: number;
  }) => Promise<readonly Delivery[]>;
  readonly finishDelivery: (
    id: string,
    end:
      | { readonly deliveredAt: number }
      | { readonly nextAt: number; readonly error: string }
      | { readonly givenUpAt: number; readonly error: string },
  ) => Promise<void>;
  readonly deliveries: (query?: { readonly incident?: string; readonly limit?: number }) => Promise<readonly Delivery[]>;
  /** Small facts that all processes share, such as `paused`. */
  readonly fact: (name: string) => Promise<string | undefined>;
  readonly setFact: (name: string, value: string | undefined) => Promise<void>;
  /** Down-samples and deletes what is older than it is kept. */
  readonly prune: (
    now: number,
    retention: Retention,
  ) => Promise<{ readonly results: number; readonly rounds: number; readonly incidents: number }>;
  readonly close: () => Promise<void>;
}
