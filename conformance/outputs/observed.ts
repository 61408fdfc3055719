/** How things stand, read from the history: the same for every process that watches the same targets (issue 8). */
import type { CanaryClock } from '../canary/clock.ts';
import type { CanaryPlan } from '../canary/config/canary-plan.ts';
import type { PatientStore } from '../history/patient/keep-trying.ts';
import type { Amounts, Incident, ScenarioState } from '../history/records.ts';
import type { Ceilings } from '../history/store.ts';
import { inTime } from './deliveries/in-time.ts';

/** A window of spending that has a ceiling. */
export interface BudgetWindow {
  /** A target's name, or `*` for all together. */
  readonly scope: string;
  readonly span: 'hour' | 'day';
  readonly ceilings: Ceilings;
  /** Spent or reserved. */
  readonly spent: Amounts & { readonly seconds: number };
}

/** Only of targets and scenarios that are in the plan. */
export interface Observed {
  readonly states: readonly ScenarioState[];
  /** By `successKey`: when the scenario passed last, as far as that is known. */
  readonly successes: ReadonlyMap<string, number>;
  /** Open ones. */
  readonly incidents: readonly Incident[];
  readonly budgets: readonly BudgetWindow[];
}

export interface Observer {
  /** Never rejects: while the history cannot be read, what was read last is answered. */
  readonly look: () => Promise<Observed>;
}

export interface ObserverOptions {
  readonly plan: () => CanaryPlan;
  readonly store: PatientStore;
  readonly clock: CanaryClock;
}

const freshForMs = 1_000;
const readWithinMs = 5_000;
const incidentsAtOnce = 500;
const mostIncidents = 10_000;
const windowsAtOnce = 16;

export const successKey = ({ target, scenario, location }: Pick<ScenarioState, 'target' | 'scenario' | 'location'>): string =>
  JSON.stringify([target, scenario, location]);

const openIncidents = async (store: PatientStore): Promise<readonly Incident[]> => {
  const found: Incident[] = [];
  while (found.length < mostIncidents) {
    const after = found.at(-1)?.id;
    const page = await store.incidents({ open: true, limit: incidentsAtOnce, ...(after !== undefined && { after }) });
    found.push(...page);
    if (page.length < incidentsAtOnce) break;
  }
  return found;
};

const hasCeiling = (ceilings: Ceilings): boolean => Object.values(ceilings).some((ceiling) => ceiling !== undefined);

type Scope = { readonly scope: string; readonly hour: Ceilings; readonly day: Ceilings };

const windowsOf = async (store: PatientStore, { scope, hour, day }: Scope, now: number): Promise<readonly BudgetWindow[]> => {
  const spent = await store.spent(scope, now);
  return [
    { scope, span: 'hour' as const, ceilings: hour, spent: spent.hour },
    { scope, span: 'day' as const, ceilings: day, spent: spent.day },
  ].filter(({ ceilings }) => hasCeiling(ceilings));
};

const budgetsIn = async (store: PatientStore, { targets, budget }: CanaryPlan, now: number): Promise<readonly BudgetWindow[]> => {
  const all = [{ scope: '*', ...budget }, ...targets.map(({ name, budget: { hour, day } }) => ({ scope: name, hour, day }))];
  const scopes = all.filter(({ hour, day }) => hasCeiling(hour) || hasCeiling(day));
  const windows: BudgetWindow[] = [];
  for (let at = 0; at < scopes.length; at += windowsAtOnce) {
    const some = scopes.slice(at, at + windowsAtOnce);
    windows.push(...(await Promise.all(some.map((scope) => windowsOf(store, scope, now)))).flat());
  }
  return windows;
};

const isOf = ({ targets }: CanaryPlan) => {
  const scenarios = new Map(targets.map((target) => [target.name, new Set(target.scenarios.map(({ id }) => id))]));
  return {
    target: (name: string): boolean => scenarios.has(name),
    scenario: ({ target, scenario }: ScenarioState): boolean => scenarios.get(target)?.has(scenario) === true,
  };
};

const lastPass = ({ recent }: ScenarioState): number => Math.max(...recent.flatMap(({ verdict, at }) => (verdict === 'pass' ? [at] : [])));

/** A pass is known for longer than the state keeps it. */
const successesIn = (states: readonly ScenarioState[], before: ReadonlyMap<string, number>): ReadonlyMap<string, number> =>
  new Map(
    states.flatMap((state) => {
      const key = successKey(state);
      const at = Math.max(lastPass(state), before.get(key) ?? -Infinity);
      return Number.isFinite(at) ? [[key, at] as const] : [];
    }),
  );

const read = async ({ store, plan, clock }: ObserverOptions, before: Observed): Promise<Observed> => {
  const current = plan();
  const [states, incidents, budgets] = await Promise.all([store.states(), openIncidents(store), budgetsIn(store, current, clock.now())]);
  const { scenario, target } = isOf(current);
  const watched = states.filter(scenario);
  return {
    states: watched,
    successes: successesIn(watched, before.successes),
    incidents: incidents.filter((incident) => target(incident.target)),
    budgets,
  };
};

/** What was read before a reload may be of targets that are gone. */
const stillIn = (plan: CanaryPlan, { states, incidents, budgets, successes }: Observed): Observed => {
  const { scenario, target } = isOf(plan);
  return {
    states: states.filter(scenario),
    successes,
    incidents: incidents.filter((incident) => target(incident.target)),
    budgets: budgets.filter(({ scope }) => scope === '*' || target(scope)),
  };
};

/** Whoever looks at the same time, or within a second, shares one reading. */
export const createObserver = (options: ObserverOptions): Observer => {
  const { store, clock, plan } = options;
  let last: Observed = { states: [], successes: new Map(), incidents: [], budgets: [] };
  let readAt = -Infinity;
  let reading: Promise<void> | undefined;
  const readOn = async (): Promise<void> => {
    try {
      last = await read(options, last);
      readAt = clock.now();
    } catch {
      // That the history cannot be read is told by its own condition.
    } finally {
      reading = undefined;
    }
  };
  return {
    look: async () => {
      if (Math.abs(clock.now() - readAt) >= freshForMs && store.condition().reachable) {
        reading ??= readOn();
        await inTime(clock, readWithinMs, reading);
      }
      return stillIn(plan(), last);
    },
  };
};
