/** What the history keeps. Times are milliseconds since the epoch, durations milliseconds, money US dollars (issue 8). */
import type { Attribution, ResultRecord, Verdict } from '../engine/records.ts';

/** What was spent, or may be. */
export interface Amounts {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Estimated with the prices of the configuration; 0 where none are given. */
  readonly usd: number;
}

/** Why a round was begun. */
export type RoundReason = 'scheduled' | 'confirmation' | 'once';

/** Why a round ended early or was not begun at all. */
export type StopCause = 'budget' | 'paused' | 'offline' | 'blackout' | 'harm' | 'shutdown' | 'overdue' | 'error';

/** One visit to one target from one location: all scenarios that were due. */
export interface Round {
  /** Sorts by time of creation. */
  readonly id: string;
  readonly target: string;
  readonly location: string;
  readonly reason: RoundReason;
  readonly dueAt: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** `not-run`: nothing was sent. */
  readonly outcome: 'complete' | 'stopped' | 'not-run';
  readonly cause?: StopCause;
  /** A sentence for people, with `cause`. */
  readonly note?: string;
  readonly spent: Amounts;
}

/** What one scenario came to in one round. A scenario is one cell in a canary round; should there be several, the worst is kept. */
export interface ProbeResult {
  readonly id: string;
  readonly round: string;
  readonly target: string;
  readonly location: string;
  readonly scenario: string;
  readonly row: ResultRecord['row'];
  /** When its first request was about to be sent. */
  readonly at: number;
  readonly durationMs: number;
  readonly verdict: Verdict;
  /** True where every `must` held and some `should` did not. */
  readonly warned: boolean;
  readonly reason?: string;
  readonly spent: Amounts;
  /** Of the slowest step that had an answer. */
  readonly firstByteMs?: number;
  readonly totalMs?: number;
  /** Of the first check that went wrong. */
  readonly fault?: Attribution;
  readonly diagnosis?: ResultRecord['diagnosis'];
  /** Set when a baseline entry covers the failure: it is told, and opens nothing. */
  readonly known?: ResultRecord['knownFailure'];
  /** What went wrong, redacted and bounded; absent where all is well. */
  readonly evidence?: Evidence;
}

/** At most 16 KiB as JSON; whatever a target said is untrusted text. */
export interface Evidence {
  readonly checks: readonly {
    readonly id: string;
    readonly level: 'must' | 'should';
    readonly expected?: string;
    readonly actual?: string;
    readonly evidence?: string;
  }[];
  /** A line for a shell that repeats the request. */
  readonly curl?: string;
  /** Wire trace, as lines. */
  readonly trace?: readonly string[];
  readonly truncated?: true;
}

export const healthStates = ['healthy', 'degraded', 'failing', 'unknown'] as const;
export type Health = (typeof healthStates)[number];

/**
 * One of the last results of a scenario, as the state machine counts it. `unreachable`: nothing of that round reached the target; a
 * connection that failed while others did not is `inconclusive`.
 */
export interface RecentResult {
  readonly at: number;
  readonly verdict: Verdict;
  readonly warned: boolean;
  /** A baseline entry covers the failure. */
  readonly known?: true;
}

/** How a scenario stands at a target, seen from a location. */
export interface ScenarioState {
  readonly target: string;
  readonly location: string;
  readonly scenario: string;
  readonly row: ResultRecord['row'];
  readonly health: Health;
  readonly since: number;
  readonly lastAt: number;
  /** The last ones, oldest first, as many as the thresholds look at. */
  readonly recent: readonly RecentResult[];
  /** Times of the last changes of health, for flap damping. */
  readonly changes: readonly number[];
  readonly flapping: boolean;
  /** It was failing and has not recovered since, also where its health has become unknown. */
  readonly unrecovered?: true;
  /** A re-check has been asked for and is due then. */
  readonly confirmAt?: number;
}

export type Severity = 'critical' | 'warning';

/** Something that is wrong, from its first sign to its end. One is open at most for each target, scenario and rule. */
export interface Incident {
  readonly id: string;
  readonly target: string;
  readonly scenario: string;
  readonly row: ResultRecord['row'];
  /** The alert rule that opened it, by its id; see conformance/incidents/rules. */
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly openedAt: number;
  readonly closedAt?: number;
  /** Where it is seen. */
  readonly locations: readonly string[];
  readonly diagnosis?: ResultRecord['diagnosis'];
  readonly fault?: Attribution;
  readonly firstResult: string;
  readonly lastResult: string;
  readonly firstEvidence?: Evidence;
  readonly lastEvidence?: Evidence;
  readonly lastAt: number;
  /** Results that belong to it so far. */
  readonly results: number;
}

export type AlertEventKind = 'opened' | 'resolved';

/** What is to be told about an incident; every destination makes its own body of it. */
export interface AlertEvent {
  readonly kind: AlertEventKind;
  readonly at: number;
  readonly incident: Incident;
}

/** An alert on its way to one destination: kept until it has arrived or was given up. */
export interface Delivery {
  readonly id: string;
  readonly destination: string;
  /** `<incident>:<kind>:<destination>`: one delivery exists for it, whoever else tries to make another. */
  readonly key: string;
  readonly event: AlertEvent;
  readonly attempts: number;
  readonly nextAt: number;
  readonly deliveredAt?: number;
  readonly givenUpAt?: number;
  readonly lastError?: string;
}
