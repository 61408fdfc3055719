import type { KillMatrix } from './kill-matrix.ts';

/** The killers of each check, as docs/kill-matrix.md says. */
export type PublishedKills = ReadonlyMap<string, readonly string[]>;

const heading = /^## (\S+\/\S+)$/;
const row = /^\| `([^`]+)` +\| (.*?) *\|$/;

/** Reads what `renderKillMatrix` wrote. */
export const readKills = (document: string): PublishedKills => {
  const kills = new Map<string, readonly string[]>();
  let scenario: string | undefined;
  for (const line of document.split('\n')) {
    if (line.startsWith('## ')) scenario = heading.exec(line)?.[1];
    const [, check, killers] = row.exec(line) ?? [];
    if (scenario === undefined || check === undefined) continue;
    kills.set(
      `${scenario}#${check}`,
      [...(killers ?? '').matchAll(/`([^`]+)`/g)].map(([, id]) => id ?? ''),
    );
  }
  return kills;
};

const scenarioOf = (check: string): string => check.split('#')[0] ?? '';

/** The same the other way round: for each killer, the checks that it makes deviate. */
export const byKiller = (kills: PublishedKills): KillMatrix['kills'] => {
  const checks = new Map<string, Set<string>>();
  for (const [check, killers] of kills) for (const id of killers) checks.set(id, (checks.get(id) ?? new Set()).add(check));
  return checks;
};

/** Whether a killer was run against a scenario, or shall be. */
export type Pairs = (killer: string, scenario: string) => boolean;

/**
 * What the published kills say nothing of, or nothing that holds any more: killers and scenarios that are not among them, scenarios with a check
 * that is not, and what is named because it has changed.
 * @param checks every check that there is
 */
export const unpublishedPairs = (kills: PublishedKills, checks: readonly string[], changed: ReadonlySet<string>): Pairs => {
  const killers = byKiller(kills);
  const lacking = new Set(checks.filter((check) => !kills.has(check)).map(scenarioOf));
  return (killer, scenario) => changed.has(killer) || changed.has(scenario) || !killers.has(killer) || lacking.has(scenario);
};

/** The published kills, but for the pairs that were run again. */
export const withPairs = (published: KillMatrix['kills'], again: KillMatrix, isAgain: Pairs): KillMatrix => {
  const checks = new Set(again.checks);
  const killsOf = (id: string): ReadonlySet<string> => {
    const kept = [...(published.get(id) ?? [])].filter((check) => checks.has(check) && !isAgain(id, scenarioOf(check)));
    return new Set([...kept, ...(again.kills.get(id) ?? [])]);
  };
  return { ...again, kills: new Map(again.killers.map(({ id }) => [id, killsOf(id)])) };
};

/** For each killer, the scenarios to run against it. */
export type Cover = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Few enough runs to be made with every test, and enough of them: each check fails in one of them, and each killer is noticed in one. The
 * whole product of killers and scenarios is fifty times as much, and says nothing more about any check.
 */
export const coverOf = (kills: PublishedKills): Cover => {
  const cover = new Map<string, Set<string>>();
  const add = (killer: string, scenario: string): void => void cover.set(killer, (cover.get(killer) ?? new Set()).add(scenario));
  for (const [check, killers] of kills) {
    const scenario = scenarioOf(check);
    const [first] = killers;
    if (first === undefined || killers.some((id) => cover.get(id)?.has(scenario))) continue;
    add(killers.find((id) => cover.has(id)) ?? first, scenario);
  }
  for (const [killer, checks] of byKiller(kills)) {
    const [check] = checks;
    if (check !== undefined && !cover.has(killer)) add(killer, scenarioOf(check));
  }
  return cover;
};
