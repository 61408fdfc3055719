import { byPageRow, rowName, type PageRow } from '#scenarios/kit/page-row';

import { personas, type PersonaId } from '../canary/broken-state.ts';
import { offDiagonal } from './explain.ts';
import { bySaid, observers, type Observation, type Observer, type Said } from './observe.ts';

type Column = Said | 'nothing' | 'cannot be';

const columnName = (column: Column): string => String(column);

const columnsOf = (observations: readonly Observation[]): readonly Column[] => {
  const said = observations.flatMap((each): readonly Said[] => [...each.said, ...(each.row === undefined ? [] : [each.row])]);
  return [...[...new Set(said)].sort(bySaid), 'nothing', 'cannot be'];
};

const isToldAs = ({ said, absent }: Observation, column: Column): boolean => {
  if (column === 'cannot be') return absent !== undefined;
  return column === 'nothing' ? said.length === 0 && absent === undefined : said.includes(column);
};

/** How many states of the row are told as the column; a state that is told as two rows counts in both. */
const cell = (states: readonly Observation[], row: PageRow | undefined, column: Column): string => {
  const told = states.filter((each) => isToldAs(each, column)).length;
  if (told === 0) return '';
  return (row ?? 'nothing') === column ? `**${told}**` : String(told);
};

const lineOf = (observations: readonly Observation[], columns: readonly Column[], row: PageRow | undefined): string => {
  const states = observations.filter((each) => each.row === row);
  const name = row === undefined ? 'none: in good health' : rowName(row);
  return `| ${[`${name} (${states.length})`, ...columns.map((column) => cell(states, row, column))].join(' | ')} |`;
};

const rowsOf = (observations: readonly Observation[]): readonly PageRow[] =>
  [...new Set(observations.flatMap(({ row }) => (row === undefined ? [] : [row])))].sort(byPageRow);

const table = (observations: readonly Observation[], columns: readonly Column[]): readonly string[] => [
  `| true \\ named | ${columns.map(columnName).join(' | ')} |`,
  `| --- | ${columns.map(() => '--:').join(' | ')} |`,
  lineOf(observations, columns, undefined),
  ...rowsOf(observations).map((row) => lineOf(observations, columns, row)),
];

const found = (observations: readonly Observation[]): string => {
  const states = observations.filter(({ row }) => row !== undefined);
  const broken = states.filter(({ absent }) => absent === undefined);
  const rest = states.length - broken.length;
  const named = broken.filter(({ row, said }) => row !== undefined && said.includes(row)).length;
  const alone = broken.filter(({ row, said }) => said.length === 1 && said[0] === row).length;
  const cannot = rest === 0 ? '' : ` ${rest} more cannot be in this build.`;
  return `${named} of ${broken.length} broken states get their row, ${alone} of them no other.${cannot}`;
};

const whereOf = ({ row, state }: Observation): string =>
  row === undefined ? 'in good health' : `\`${state?.scenario}\` (${rowName(row)})`;

/** What is off the diagonal for one reason is told once, with the states in which it is. */
const entries = (observations: readonly Observation[]): readonly string[] => {
  const wheres = new Map<string, string[]>();
  for (const { observation, said, because = '**not explained**' } of observations.flatMap(offDiagonal)) {
    const told = said === 'nothing' ? 'the row is not named' : `${columnName(said)} is named`;
    const what = `${observation.by}: ${told}, because ${because}`;
    wheres.set(what, [...(wheres.get(what) ?? []), whereOf(observation)]);
  }
  if (wheres.size === 0) return ['Nothing is off the diagonal.'];
  return [...wheres].map(([what, where]) => `- ${what}: ${where.join(', ')}.`);
};

/** What this build cannot have, with the reason; the same for both observers. */
const impossible = (observations: readonly Observation[]): readonly string[] => {
  const states = observations.filter(({ by, absent }) => by === 'triage' && absent !== undefined);
  if (states.length === 0) return [];
  return ['### Cannot be in this build', '', ...states.map((each) => `- ${whereOf(each)}: ${each.absent}.`), ''];
};

const titles: Readonly<Record<Observer, string>> = { canary: 'Canaries', triage: 'Triage' };

const ofPersona = (observations: readonly Observation[], persona: PersonaId, columns: readonly Column[]): readonly string[] => {
  const here = observations.filter((each) => each.persona === persona);
  return [
    `## ${persona}`,
    '',
    ...observers.flatMap((by) => {
      const seen = here.filter((each) => each.by === by);
      return [`### ${titles[by]}`, '', found(seen), '', ...table(seen, columns), ''];
    }),
    '### Off the diagonal',
    '',
    ...entries(here),
    '',
    ...impossible(here),
  ];
};

/** Who names what of which state: the confusion matrices of canaries and triage under each persona. */
export const detectionPage = (observations: readonly Observation[]): string => {
  const columns = columnsOf(observations);
  return [
    '# What is detected',
    '',
    '<!-- Written by conformance/suite/detection/detection.test.ts: vitest run --project suite conformance/suite/detection/detection.test.ts -u -->',
    '',
    'The reference proxy is put into each broken state of `conformance/suite/canary/states/`, under each persona, with vendors that do what the row says of them.',
    'Then a round of all canaries (`wireproof run --target URL --profile NAME --arm canary`) and a triage (`wireproof triage URL --profile NAME`) look at it, each at a',
    'fresh one. A line is what is broken, with the number of its states; a column is what is named. A state may be told as more than one row. Triage names what it is',
    'sure of; what it calls possible does not count here. Each entry off the diagonal is explained in the data of its state. Some builds cannot be in some',
    'states, because they lack the provider or never had the fault: they are put into them all the same, and nobody finds anything.',
    '',
    ...personas.flatMap((persona) => ofPersona(observations, persona, columns)),
  ].join('\n');
};
