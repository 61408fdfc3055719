import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import type { Cell, ClientDialect } from '#scenarios/kit/cell';
import type { Ground, GroundKind } from '#scenarios/kit/ground';
import type { Image } from '#scenarios/kit/grounds/image';
import type { ProxyConfigPatch, Scenario } from '#scenarios/kit/scenario';
import type { LogLine } from '#scenarios/kit/sight';

import type { Program } from './program.ts';

/** What a target claims. `unsupported` comes only from here, never from a failure. */
export interface Profile {
  readonly name: string;
  /** Capabilities of scenarios/kit/capability.ts, and `client:<dialect>`, `upstream:<surface>`. */
  readonly claims: ReadonlySet<string>;
  /** Model names by upstream surface; `<surface>:<role>` for a role. */
  readonly models: Readonly<Record<string, string>>;
}

/** What one arm needs of the target. Targets that cannot be configured ignore it and rely on their profile. */
export interface Setting {
  readonly remediesOff: readonly string[];
  readonly config: ProxyConfigPatch;
  readonly ground?: Ground;
}

/** One directory, with a `config.yaml` in it, from both sides of the mounts that a ground may need. */
export interface FilePlaces {
  readonly seenByTarget: string;
  readonly seenByOperator: string;
}

export interface RunningTarget {
  /** Without a trailing slash. */
  readonly url: string;
  /** The way to the same proxy as it runs inside of its caller's process, where the target has one. */
  readonly inProcessUrl?: string;
  /** The same proxy without the reverse proxies before it, where `url` goes through some and there is such an address. */
  readonly ownUrl?: string;
  /** What it stands on and behind in this run, in words: reports tell it. */
  readonly ground?: readonly string[];
  /** Headers that this target needs for a cell: the client credential in the dialect's own form, and routing headers. */
  readonly headers: (cell: Cell) => Readonly<Record<string, string>>;
  /** The client's key that `headers` show; absent when the target is asked without one. */
  readonly clientKey?: string;
  readonly path: (cell: Cell, path: string) => string;
  /** The OAuth accounts that it was given for the scenario: what the mocked vendors call them, by the scenario's names. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** Lets time pass on the target's clock, where that can be moved. */
  readonly pass?: (ms: number) => Promise<void>;
  /** How it is started as a program of its own, where that can be done here. */
  readonly program?: Program;
  /** The image that it is deployed from, where the ground names one. */
  readonly image?: Image;
  /** Where its files lie, where it was started on some of ours. */
  readonly disk?: FilePlaces;
  /** Ends it and starts it again on the same files and at the same address. Rejects with what it says instead of starting. */
  readonly restart?: () => Promise<void>;
  /** Log lines so far, where the target hands them over. */
  readonly logs: () => Promise<readonly LogLine[] | undefined>;
  readonly stop: () => Promise<void>;
}

/** The upstream behind a live target, asked without the proxy to see which of the two deviates. */
export interface DirectUpstream {
  /** Origin and mount, without a trailing slash; the dialect's own path follows. */
  readonly url: string;
  /** The one dialect that it speaks. */
  readonly dialect: ClientDialect;
  readonly key?: string;
  /** Header for the key; the dialect's own by default. */
  readonly keyHeader?: string;
  /** Its model names by surface or `<surface>:<role>`, as in a profile. */
  readonly models: Readonly<Record<string, string>>;
}

export interface Target {
  readonly name: string;
  readonly profile: Profile;
  readonly version?: string;
  readonly url?: string;
  /** Whether Setting is honoured, so that symptom and remedy arms make sense and each setting needs its own start. */
  readonly configurable: boolean;
  /** Each start is a process of its own, so what one scenario made it remember can be kept from the next. True of every configurable target. */
  readonly startsFresh?: boolean;
  /** What it starts can be made to think that time has passed. */
  readonly movesTime?: boolean;
  /** What it starts can also be asked inside of its caller's process: the running target then has `inProcessUrl`. */
  readonly runsInProcess?: boolean;
  /** The kinds of ground on which it can be started; none by default. `between` is put in front of whatever has an address. */
  readonly grounds?: ReadonlySet<GroundKind>;
  /** A running target's address without the reverse proxies before it, where callers go through some. */
  readonly ownUrl?: string;
  /** Why this target cannot be given a request of this cell at all, beside its claims; `undefined` when it can. */
  readonly refuses?: (cell: Cell) => string | undefined;
  /** Ids of the switchable remedies, where the target has some; scenarios that cite another one are refused. */
  readonly remedies?: () => Promise<readonly string[]>;
  /** Where a canary's failed question can be put without the proxy. */
  readonly direct?: DirectUpstream;
  /** The port on which this target expects the mocked upstreams; any free one by default. */
  readonly upstreamPort?: number;
  /**
   * Begins what all starts of a run share, so that it is ready when the first one needs it; the answer ends it.
   * Absent: there is nothing to share.
   */
  readonly prepare?: () => () => Promise<void>;
  readonly start: (setting: Setting, upstream: MockUpstream | undefined, scenario?: Scenario) => Promise<RunningTarget>;
}
