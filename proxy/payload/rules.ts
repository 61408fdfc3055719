import type { JsonPath } from './path.ts';

/** Which requests a rule is for; every condition that is there has to hold. */
export interface RuleModel {
  /** With wildcards; matched on the upstream's name and on the client's. */
  readonly name: string;
  /** Whose API is spoken upstream. */
  readonly protocol?: string | undefined;
  /** Whose API the client speaks. */
  readonly 'from-protocol'?: string | undefined;
  /** Values with wildcards. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly match: readonly Assignment[];
  readonly 'not-match': readonly Assignment[];
  readonly exist: readonly JsonPath[];
  readonly 'not-exist': readonly JsonPath[];
}

export interface Assignment {
  readonly path: JsonPath;
  readonly value: unknown;
}

export interface SettingRule {
  readonly models: readonly RuleModel[];
  readonly params: readonly Assignment[];
}

export interface FilterRule {
  readonly models: readonly RuleModel[];
  readonly params: readonly JsonPath[];
}

/** An operator's changes to what is sent upstream, in the order in which they are made. */
export interface PayloadRules {
  /** Set where nothing stands; the first rule wins. */
  readonly default: readonly SettingRule[];
  readonly 'default-raw': readonly SettingRule[];
  /** Set in any case; the last rule wins. */
  readonly override: readonly SettingRule[];
  readonly 'override-raw': readonly SettingRule[];
  readonly filter: readonly FilterRule[];
}
