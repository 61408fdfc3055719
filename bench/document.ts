import { type Limit, limitsOf } from './limits.ts';
import type { Surroundings } from './machine.ts';
import type { Goal, LeftOut, Measure, MeasureReport, Table } from './measure.ts';

export interface Measured {
  readonly measure: Pick<Measure, 'name' | 'title'>;
  readonly report: MeasureReport;
  readonly seconds: number;
  /** Share of the processor time that other programs used meanwhile; `undefined` where it cannot be known. */
  readonly foreignLoad?: number | undefined;
}

export interface Document {
  /** ISO date. */
  readonly date: string;
  readonly surroundings: Surroundings;
  /** What was typed. */
  readonly command: string;
  /** Why the figures are not worth keeping, if so. */
  readonly caveat?: string;
  readonly measured: readonly Measured[];
  readonly leftOut: readonly LeftOut[];
  /** Where the time goes under traffic whose goals are missed. */
  readonly profiles: readonly Table[];
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const tableLines = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = head.map((title, column) =>
    Math.max(3, ...[title, ...rows.map((row) => row[column] ?? '')].map((text) => cell(text).length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => cell(cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
};

const outcomeOf = ({ met }: Goal): string => (met === undefined ? 'not measured' : met ? 'met' : '**missed**');

export const goalTable = (goals: readonly Goal[]): readonly string[] =>
  tableLines(
    ['what', 'goal', 'measured', ''],
    goals.map((goal) => [goal.what, goal.goal, goal.measured, outcomeOf(goal)]),
  );

/** Why goals are missed, as far as it is known; nothing when all are met. */
export const limitLines = (goals: readonly Goal[], known?: readonly Limit[]): readonly string[] => {
  const missed = goals.filter(({ met }) => met === false).map(({ what }) => what);
  const told = limitsOf(missed, known);
  return told.length === 0
    ? []
    : [
        'Where a goal is missed, and why, as it was found out by hand; figures in these sentences are not of this run:',
        '',
        ...told.map(({ of, why }) => `- **${of}**: ${why}`),
        '',
      ];
};

/** What was not part of the run, so that nobody takes its silence for good news. */
export const leftOutLines = (leftOut: readonly LeftOut[]): readonly string[] =>
  leftOut.length === 0
    ? []
    : ['Not part of this run:', '', ...leftOut.map(({ name, title, why }) => `- \`${name}\` (${title}): ${why}.`), ''];

/** The profiles that go with goals that are missed; nothing where there are none. */
export const profileSection = (profiles: readonly Table[]): readonly string[] =>
  profiles.length === 0
    ? []
    : [
        '## Where the time goes where a goal is missed',
        '',
        ...profiles.flatMap(tableSection),
        "- From V8's profiler in this run, one server after the other under the same load; a profiler costs time itself, so that only the parts compare. `npm run bench -- --profile TRAFFIC` shows the functions.",
        "- Time in the kernel is counted by the kernel, whoever's part it falls to.",
        '',
      ];

/** Caption and table. */
export const tableSection = ({ caption, head, rows }: Table): readonly string[] => [`${caption}:`, '', ...tableLines(head, rows), ''];

export const measureSection = ({ measure, report, seconds, foreignLoad }: Measured): readonly string[] => [
  `## ${measure.title}`,
  '',
  ...report.tables.flatMap(tableSection),
  ...report.notes.map((note) => `- ${note}`),
  ...(foreignLoad === undefined
    ? []
    : [`- Other programs used ${Math.round(foreignLoad * 100)} % of the machine's processor time meanwhile.`]),
  `- Alone: \`npm run bench -- --only ${measure.name}\` (took ${Math.round(seconds)} s).`,
  '',
];

/** Each once: several measures may have compared with the same one. */
const versionsIn = (measured: readonly Measured[]): readonly (readonly string[])[] => {
  const versions = new Map(measured.flatMap(({ report }) => Object.entries(report.versions ?? {})));
  return [...versions].map(([name, version]) => [`compared with ${name}`, version]);
};

/** The whole of docs/benchmarks.md; every figure of its tables comes from the run; those of the reasons (limits.ts) do not. */
export const documentText = ({ date, surroundings, command, caveat, measured, leftOut, profiles }: Document): string => {
  const goals = measured.flatMap(({ report }) => report.goals);
  const lines = [
    '# Benchmarks',
    '',
    `Written by \`${command}\` on ${date}. No figure of a table is put in by hand; run it again to get yours.`,
    '',
    ...(caveat === undefined ? [] : [`**${caveat}**`, '']),
    ...leftOutLines(leftOut),
    ...tableLines(['', ''], [...Object.entries(surroundings), ...versionsIn(measured)]),
    '',
    '## Goals',
    '',
    ...goalTable(goals),
    '',
    ...limitLines(goals),
    ...profileSection(profiles),
    ...measured.flatMap(measureSection),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
};
