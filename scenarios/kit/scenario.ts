import type { AccountScript } from '#fixtures/upstreams/accounts/account-script';
import type { Script } from '#fixtures/upstreams/script';

import type { Capability } from './capability.ts';
import type { Cell } from './cell.ts';
import type { Expectation } from './expectation.ts';
import type { Ground } from './ground.ts';
import type { PageRow } from './page-row.ts';
import type { Probe, StepContext } from './probe.ts';

export const arms = ['symptom', 'remedy', 'conformance', 'canary'] as const;
export type Arm = (typeof arms)[number];

/** The page's row in our own words. */
export interface Diagnosis {
  readonly symptom: string;
  readonly cause: string;
  readonly check: string;
  readonly remediation: string;
}

export type Live =
  | {
      readonly safe: true;
      readonly idempotent: boolean;
      readonly maxOutputTokens: number;
      readonly timeoutMs: number;
      /** Asked in thorough rounds only: another canary of its row tells the usual case for less. */
      readonly round?: 'thorough';
    }
  | { readonly safe: false; readonly because: string };

export interface Scenario<Step extends string = string> {
  /** `<area>/<name-of-the-failure>`, equal to the file's place. */
  readonly id: string;
  readonly title: string;
  /** The page's row, or the id of a section after the matrix. */
  readonly matrixRow: PageRow;
  readonly requires: readonly Capability[];
  readonly diagnosis: Diagnosis;
  readonly cells: readonly Cell[];
  /** The upstream's behaviour for every request of this cell. */
  readonly upstream: (cell: Cell) => Script;
  /** What the vendors of the OAuth accounts in the configuration's `auth-files` do, by the accounts' names there; in all cells alike. */
  readonly accounts?: Readonly<Record<string, AccountScript>>;
  /** The caller's steps, by name. Pure. */
  readonly steps: (context: StepContext) => Readonly<Record<Step, Probe>>;
  readonly expectations: readonly Expectation<NoInfer<Step>>[];
  /**
   * The reference proxy's switchable units that cure this row, and what its configuration must say for them to act. Without units the
   * configuration itself is the cure.
   */
  readonly remedy: { readonly proxy: readonly string[]; readonly config?: ProxyConfigPatch };
  /**
   * Exactly these expectations deviate in this cell when the remedies are off. Empty: the cell does not show the symptom. `config` is the
   * configuration under which it shows, where that is not the remedy's (units) or the base alone (no units).
   */
  readonly symptom: {
    readonly violates: (cell: Cell) => readonly string[];
    readonly config?: ProxyConfigPatch;
    /** What the target stands on when the symptom shows, where that is not the scenario's `ground`. */
    readonly ground?: Ground;
    /** Why the reference proxy cannot show the symptom, where no cell does: what prevents it is no unit and no configuration. */
    readonly none?: string;
  };
  /** What the target stands on, where the row is about that. Live targets have their own. */
  readonly ground?: Ground;
  readonly live: Live;
  /** True when the proxy remembers something between requests (cooldown, counters): each cell then gets a proxy of its own. */
  readonly remembers: boolean;
  /**
   * The proxy's clock stands, except where a step says `laterMs`: what it makes of time is then the same on a machine that is busy. For
   * scenarios that remember; targets whose clock cannot be moved take no notice.
   */
  readonly clock?: 'stands';
}

/** Merged over the base configuration of the reference target; the page's key names. */
export type ProxyConfigPatch = Readonly<Record<string, unknown>>;

/** What a scenario file writes; the rest has defaults. */
export type ScenarioDefinition<Step extends string> = Omit<Scenario<Step>, 'remembers' | 'remedy'> & {
  readonly remembers?: boolean;
  readonly remedy: Partial<Scenario<Step>['remedy']>;
};

/** What the configuration says in the symptom arm, over the target's own. */
export const symptomConfig = ({ remedy, symptom }: Pick<Scenario, 'remedy' | 'symptom'>): ProxyConfigPatch =>
  symptom.config ?? (remedy.proxy.length > 0 ? remedy.config : undefined) ?? {};
