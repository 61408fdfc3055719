/** A canary's configuration after it was read, checked and completed: what the other parts work with (issue 8). */
import type { Scenario } from '#scenarios/kit/scenario';

import type { KnownFailures } from '../../engine/known-failures.ts';
import type { Ceilings, Retention } from '../../history/store.ts';
import type { DirectUpstream, Profile } from '../../targets/target.ts';

/** When a target is due. */
export interface Schedule {
  /** Milliseconds between the beginnings of two rounds, or a cron expression (five or six fields). */
  readonly when: { readonly everyMs: number } | { readonly cron: string };
  /** Each due time is moved by up to so many milliseconds, the same for the same target and time in every process. */
  readonly jitterMs: number;
  /** IANA name; cron and blackouts are read in it. */
  readonly timeZone: string;
  /** Nothing is begun in these windows: a cron expression says when one begins. */
  readonly blackouts: readonly { readonly from: string; readonly forMs: number; readonly reason: string }[];
}

/** When a verdict becomes an alarm. */
export interface Thresholds {
  /** `fails` of the last `of` results make a scenario failing; then recovered after `passes` in a row. */
  readonly fails: number;
  readonly of: number;
  readonly passes: number;
  /** After the first failure the scenario is asked again so soon, instead of at its next due time; no more often than the budget allows. */
  readonly confirmAfterMs: number;
  /** More changes than this within the time make it flapping: its incident stays open until it has been steady as long. */
  readonly flap: { readonly changes: number; readonly withinMs: number };
  /** An incident opens when so many locations see it failing. */
  readonly locations: number;
  /** A scenario without a judged result for so long is unknown. */
  readonly staleAfterMs: number;
  /** Alert when the median of the last `last` results is `factor` times the learned median, and at least `atLeastMs` above it. */
  readonly latency: {
    readonly factor: number;
    readonly atLeastMs: number;
    readonly last: number;
    readonly learnMs: number;
    readonly learnAtLeast: number;
  };
  /** Alert rules by id (conformance/incidents/rules): switched off, or of another severity than they come with. */
  readonly rules?: Readonly<Record<string, { readonly off?: boolean; readonly severity?: 'critical' | 'warning' }>>;
}

export interface CanaryTarget {
  readonly name: string;
  /** Origin and mount, without a trailing slash. */
  readonly url: string;
  readonly key?: string;
  readonly keyHeader?: string;
  readonly profile: Profile;
  readonly labels: Readonly<Record<string, string>>;
  readonly region?: string;
  readonly ownUrl?: string;
  readonly direct?: DirectUpstream;
  readonly scenarios: readonly Scenario[];
  readonly thorough: boolean;
  readonly schedule: Schedule;
  readonly budget: { readonly round: Ceilings; readonly hour: Ceilings; readonly day: Ceilings };
  /** Requests in flight at most. */
  readonly inFlight: number;
  /** US dollars per million tokens. */
  readonly prices: { readonly input: number; readonly output: number };
  /** The round ends and the target is left alone for a while after so many 429 or 5xx answers in a row. */
  readonly harm: { readonly answers: number; readonly backOffMs: number; readonly backOffAtMostMs: number };
  readonly thresholds: Thresholds;
  readonly baseline?: KnownFailures;
  /** Ids of scenarios that may run although they change something at the target. */
  readonly allowed: readonly string[];
  /** Names of destinations. */
  readonly alerts: readonly string[];
}

/** Where alerts go. `settings` is checked by the schema of its kind (conformance/outputs/destinations/<kind>.destination.ts). */
export interface DestinationConfig {
  readonly name: string;
  readonly kind: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface CanaryPlan {
  readonly targets: readonly CanaryTarget[];
  /** Over all targets. */
  readonly budget: { readonly hour: Ceilings; readonly day: Ceilings };
  readonly location: string;
  /** A file path, or a `postgres://` URL. */
  readonly history: string;
  readonly retention: Retention;
  readonly destinations: readonly DestinationConfig[];
  /** Where status page, metrics and control are served; absent: nowhere. */
  readonly serve?: { readonly host: string; readonly port: number; readonly title: string; readonly controlToken?: string };
  /** A GET to each of these tells that the canary is online when one answers; none: targets are believed. */
  readonly connectivity: readonly string[];
  /** While this file exists, nothing is sent. */
  readonly pauseFile?: string;
  /** A GET or POST there after each round that was written: its absence is the alarm. */
  readonly heartbeat?: { readonly url: string; readonly everyMs: number };
  readonly otlp?: { readonly endpoint: string; readonly headers: Readonly<Record<string, string>> };
  /** Files written after each round: `json`, `junit` or `badge`. */
  readonly files: readonly { readonly kind: string; readonly directory: string }[];
  /** Everything that must not be shown. */
  readonly secrets: readonly string[];
}
