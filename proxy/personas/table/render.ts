import type { Persona } from '../persona.ts';
import { differences } from './differences.ts';
import { notImitated } from './not-imitated.ts';

/** What a persona says at a path in dots; `undefined` where it says nothing. */
export const valueAt = (persona: Persona, field: string): unknown =>
  field
    .split('.')
    .reduce<unknown>(
      (value, key) => (value === null || typeof value !== 'object' ? undefined : (value as Record<string, unknown>)[key]),
      persona,
    );

const isDuration = (field: string): boolean => /Ms(?:\.|$)/.test(field);

const duration = (ms: number): string => {
  if (ms === 0) return '0';
  if (ms === Number.POSITIVE_INFINITY) return 'any';
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
};

const textOf = (value: unknown, field: string): string => {
  if (value === undefined) return 'none';
  if (typeof value === 'number' && isDuration(field)) return duration(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((each) => `\`${String(each)}\``).join(', ');
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (value === null || typeof value !== 'object') return '';
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  return entries.length === 0 ? 'none' : entries.map(([key, each]) => `${key}: ${textOf(each, `${field}.${key}`)}`).join('; ');
};

const cellOf = (persona: Persona, fields: readonly string[]): string =>
  fields.map((field) => textOf(valueAt(persona, field), field)).join('; ');

const row = (cells: readonly string[], widths: readonly number[]): string =>
  `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;

/** Columns of one width, as prettier writes them. */
const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((cells) => (cells[at] ?? '').length)));
  return [row(head, widths), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map((cells) => row(cells, widths))];
};

/** `documented` first, then by name. */
const inOrder = (personas: readonly Persona[]): readonly Persona[] =>
  [...personas].sort((a, b) => Number(b.id === 'documented') - Number(a.id === 'documented') || (a.id < b.id ? -1 : 1));

const legend: readonly string[] = [
  'Rule A: an upstream’s body that is JSON passes as it came, with its status; everything else is wrapped as',
  '`{"error":{"message","type","code"}}`, type and code by status. Rule B: always `{"type":"error","error":{"type","message"}}`, with the',
  'upstream’s own type and message where it has some. `dialect`: the envelope of the client’s own dialect, translated. What each other word',
  'means is said at its field in `proxy/personas/persona.ts`.',
];

/** docs/personas.md: every difference, and what is not imitated. */
export const renderPersonas = (all: readonly Persona[]): string => {
  const personas = inOrder(all);
  const rows = differences.map(({ what, fields, sheet, mark }) => [
    what,
    ...personas.map((persona) => cellOf(persona, fields)),
    fields.map((field) => `\`${field}\``).join(', '),
    `${sheet} [${mark}]`,
  ]);
  return `${[
    '# Personas',
    '',
    'Written by `npm run docs:personas` from the data in `proxy/personas`. `persona:` in `config.yaml` selects one.',
    '',
    ...personas.map(({ id, about }) => `- \`${id}\`: ${about}`),
    '',
    'A persona is data: code reads its fields and never asks which persona it is. Each row below is checked against a running proxy under',
    'each persona. The sources are sections of the fact sheets; V was read in code, tests, documents or history of the builds, I is',
    'inferred, and nothing was seen running.',
    '',
    ...tableOf(['What', ...personas.map(({ id }) => `\`${id}\``), 'Field', 'Source'], rows),
    '',
    ...legend,
    '',
    '## Not imitated',
    '',
    ...tableOf(
      ['What', 'Why', 'Source'],
      notImitated.map(({ what, why, sheet }) => [what, why, sheet]),
    ),
  ].join('\n')}\n`;
};
