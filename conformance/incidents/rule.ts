import { readdirSync } from 'node:fs';

import { importPart } from '#fixtures/import-part';
import type { PageRow } from '#scenarios/kit/page-row';

import type { CanaryTarget } from '../canary/config/canary-plan.ts';
import type { Attribution } from '../engine/records.ts';
import type { Incident, ProbeResult, Round, ScenarioState, Severity } from '../history/records.ts';
import type { Contact } from './contact.ts';
import type { Learned } from './learned.ts';
import type { Sees } from './sees.ts';

/** Stands in the place of a scenario where an incident is about all of a target. */
export const wholeTarget = '*';

/** What a rule may look at when a round has been counted. */
export interface RoundFacts {
  readonly now: number;
  readonly target: CanaryTarget;
  readonly round: Round;
  /** Those of the round that were asked, belong to the target's scenarios and had not been counted before. */
  readonly results: readonly ProbeResult[];
  /** Of all locations, with this round. */
  readonly states: readonly ScenarioState[];
  /** As it was before the round. */
  readonly open: readonly Incident[];
  readonly contact: Contact;
  readonly learned: Learned;
}

/** What a rule makes of one scenario, or of the whole target. */
export interface Finding {
  readonly scenario: string;
  readonly row: PageRow;
  /** What is wrong, in a sentence. */
  readonly title: string;
  /** Where this one is graver or milder than the rule's own. */
  readonly severity?: Severity;
  /** Locations that are not named tell nothing. */
  readonly seen: ReadonlyMap<string, Sees>;
  /** So many locations open an incident. */
  readonly needs: number;
  /** The result of this round that belongs to it. */
  readonly result?: ProbeResult | undefined;
  /** Where the result has none of its own. */
  readonly diagnosis?: ProbeResult['diagnosis'] | undefined;
  readonly fault?: Attribution | undefined;
}

/** A file `rules/<id>.rule.ts` exports this by default. Pure: it reads, and decides nothing by itself. */
export interface AlertRule {
  /** Equals the file name. */
  readonly id: string;
  /** When it alarms, in a sentence. */
  readonly about: string;
  readonly severity: Severity;
  /** Of the rules of one family only one has an incident for a scenario at a time: the first one, in this order, that sees it wrong. */
  readonly family?: { readonly name: string; readonly place: number };
  readonly read: (facts: RoundFacts) => readonly Finding[];
  /** For rounds that say nothing of the target: a line for the log. */
  readonly note?: (round: Round) => string | undefined;
}

const folder = new URL('rules/', import.meta.url);
const ruleFile = /^([a-z0-9-]+)\.rule\.(?:ts|js)$/;

const inOrder = (a: AlertRule, b: AlertRule): number => (a.family?.place ?? 0) - (b.family?.place ?? 0) || (a.id < b.id ? -1 : 1);

/**
 * Every rule of `rules/`, in the order in which they may claim a scenario. A rule is added by adding a file.
 * @throws Error for a file that does not say its own name
 */
export const loadRules = async (): Promise<readonly AlertRule[]> => {
  const files = readdirSync(folder).filter((file) => ruleFile.test(file));
  const rules = await Promise.all(
    files.map(async (file) => {
      const { default: rule } = (await importPart(new URL(file, folder))) as { readonly default: AlertRule };
      if (rule.id !== ruleFile.exec(file)?.[1]) throw new Error(`${file} calls itself "${rule.id}"; the file name is the id`);
      return rule;
    }),
  );
  return rules.sort(inOrder);
};
