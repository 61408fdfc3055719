import type { Cell } from '#scenarios/kit/cell';
import type { Scenario } from '#scenarios/kit/scenario';

import type { Report } from '../engine/records.ts';
import { runSuite } from '../engine/run.ts';
import type { Target } from '../targets/target.ts';
import type { Defect } from './defect.ts';
import { faultyTarget } from './faulty-target.ts';

/** Something that must make checks fail: a defect, or a remedy switched off. */
export interface Killer {
  readonly id: string;
  readonly about: string;
  readonly seenIn: string;
  readonly target: Target;
  /** The remedy that is switched off, where it is one; it may then only touch rows that cite it. */
  readonly remedy?: string;
  /** It is a fault in how programs start: nothing else shows in steps that do nothing but start one. */
  readonly inPrograms?: true;
  /** It shows in programs that call the proxy; see Defect. */
  readonly inClients?: true;
}

export interface KillMatrix {
  readonly killers: readonly Omit<Killer, 'target'>[];
  /** `scenario#expectation`, in report order. */
  readonly checks: readonly string[];
  /** For each killer, the checks that deviated. */
  readonly kills: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Checks of one report that deviated, as `scenario#expectation`. */
export const deviatingChecks = (report: Report): ReadonlySet<string> =>
  new Set(
    report.results.flatMap(({ scenario, expectations }) =>
      expectations.filter(({ verdict }) => verdict === 'fail').map(({ id }) => `${scenario}#${id}`),
    ),
  );

export const defectKiller = (clean: Target, defect: Defect): Killer => ({
  id: defect.id,
  about: defect.about,
  seenIn: defect.seenIn,
  target: faultyTarget(clean, defect),
  ...(defect.program !== undefined && { inPrograms: true }),
  ...(defect.inClients === true && { inClients: true }),
});

export const remedyKiller = (clean: Target, id: string): Killer => ({
  id: `without ${id}`,
  about: `the remedy ${id} is switched off`,
  seenIn: 'the page: this is the row itself',
  target: {
    ...clean,
    name: `${clean.name} without ${id}`,
    start: (setting, upstream, scenario) => clean.start({ ...setting, remediesOff: [id] }, upstream, scenario),
  },
  remedy: id,
});

/** One cell per upstream and mode is enough to show that a check bites; the clean run covers all of them. */
const thinned = (cells: readonly Cell[]): readonly Cell[] => {
  const seen = new Set<string>();
  return cells.filter(({ upstream, stream }) => {
    const key = `${upstream} ${stream}`;
    return seen.has(key) ? false : seen.add(key);
  });
};

/** Starting a program takes a thousand times as long as a request, and most faults are not in programs. */
const onlyStartsPrograms = ({ cells, steps }: Scenario): boolean =>
  cells.every((cell) => Object.values(steps({ cell, model: () => 'a-model' })).every(({ action }) => action?.kind === 'process'));

const startsClients = ({ cells, steps }: Scenario): boolean =>
  cells.some((cell) => Object.values(steps({ cell, model: () => 'a-model' })).some(({ action }) => action?.kind === 'client'));

export interface MatrixOptions {
  /** The scenarios to run against a killer; default: all. */
  readonly against?: (killer: string, scenario: string) => boolean;
  /** Told of each killer that is done. */
  readonly onKiller?: () => void;
}

/** Every check of these scenarios, as `scenario#expectation`. */
export const checksOf = (scenarios: readonly Scenario[]): readonly string[] =>
  scenarios.flatMap(({ id, expectations }) => expectations.map((expectation) => `${id}#${expectation.id}`));

/** Runs the scenarios against every killer and collects which checks deviated. */
export const runKillMatrix = async (
  scenarios: readonly Scenario[],
  killers: readonly Killer[],
  { against = () => true, onKiller }: MatrixOptions = {},
): Promise<KillMatrix> => {
  const thin = scenarios.map((scenario) => ({ ...scenario, cells: thinned(scenario.cells) }));
  const kills = new Map<string, ReadonlySet<string>>();
  const starting = new Set(thin.filter(onlyStartsPrograms).map(({ id }) => id));
  const calling = new Set(thin.filter(startsClients).map(({ id }) => id));
  for (const { id, target, inPrograms, inClients } of killers) {
    const isSpared = (scenario: string): boolean =>
      (inPrograms !== true && starting.has(scenario)) || (inClients !== true && calling.has(scenario));
    const chosen = thin.filter((scenario) => against(id, scenario.id) && !isSpared(scenario.id));
    const report = await runSuite({ scenarios: chosen, target, arms: ['conformance'], concurrency: 8, seed: 1 });
    kills.set(id, deviatingChecks(report));
    onKiller?.();
  }
  return {
    killers: killers.map(({ id, about, seenIn, remedy }) => ({ id, about, seenIn, ...(remedy !== undefined && { remedy }) })),
    checks: checksOf(scenarios),
    kills,
  };
};

const killersOf = (matrix: KillMatrix, check: string): readonly string[] =>
  matrix.killers.filter(({ id }) => matrix.kills.get(id)?.has(check)).map(({ id }) => id);

/** Checks that nothing kills: each is a check that could be broken without anybody noticing. */
export const survivors = (matrix: KillMatrix): readonly string[] => matrix.checks.filter((check) => killersOf(matrix, check).length === 0);

/** Defects and remedies that no check notices. */
export const harmless = (matrix: KillMatrix): readonly string[] =>
  matrix.killers.filter(({ id }) => (matrix.kills.get(id)?.size ?? 0) === 0).map(({ id }) => id);

const cell = (text: string): string => text.replaceAll('|', '\\|');

const checkTable = (matrix: KillMatrix, scenario: string): string => {
  const rows = matrix.checks
    .filter((check) => check.startsWith(`${scenario}#`))
    .map(
      (check) =>
        `| \`${check.slice(scenario.length + 1)}\` | ${killersOf(matrix, check)
          .map((id) => `\`${id}\``)
          .join(', ')} |`,
    );
  return [`## ${scenario}`, '', '| expectation | killed by |', '| --- | --- |', ...rows, ''].join('\n');
};

/** `docs/kill-matrix.md`: generated, so that it cannot say more than a run showed. */
export const renderKillMatrix = (matrix: KillMatrix): string => {
  const scenarios = [...new Set(matrix.checks.map((check) => check.split('#')[0] ?? ''))];
  const defects = matrix.killers.map(
    ({ id, about, seenIn }) => `| \`${id}\` | ${cell(about)} | ${cell(seenIn)} | ${matrix.kills.get(id)?.size ?? 0} |`,
  );
  return [
    '# Kill matrix',
    '',
    'Every expectation of the suite, and the defects and switched-off remedies on which it was seen to fail. Generated by',
    '`npm run docs:kill-matrix` from a run of every scenario against each of them; `-- --new` runs what came later and keeps the rest. `npm test`',
    'fails when an expectation or a defect is not listed, sees each expectation fail once more on one of those listed, and each defect be noticed. A defect is an otherwise clean proxy',
    'that does one thing wrong (`conformance/miniatures/defects/`). The clean proxy fails none of these.',
    '',
    `${matrix.checks.length} expectations, ${matrix.killers.length} defects and switched-off remedies, ${survivors(matrix).length} survivors.`,
    '',
    ...scenarios.map((scenario) => checkTable(matrix, scenario)),
    '## Defects and switched-off remedies',
    '',
    '| id | what is wrong | seen in | expectations killed |',
    '| --- | --- | --- | --- |',
    ...defects,
    '',
  ].join('\n');
};
