/** How items of a history are written, piece by piece: nothing is held back until the end. */
import { printable, safeJson } from '../../reporters/printable.ts';
import { columnsOf } from '../../text-layout.ts';
import type { Cell, HistoryTable } from './tables.ts';

export const historyFormats = ['text', 'json', 'ndjson', 'csv'] as const;
export type HistoryFormat = (typeof historyFormats)[number];

export interface HistoryWriter {
  readonly page: (items: readonly unknown[]) => void;
  readonly end: () => void;
}

type Out = (text: string) => void;
const shown = (cell: Cell): string => (cell === undefined ? '' : printable(String(cell)));

/** A spreadsheet takes text that begins so for a formula, and text that a target said may be meant so. */
const looksLikeFormula = /^[=+\-@\t\r]/;

const csvCell = (cell: Cell): string => {
  if (typeof cell === 'number') return String(cell);
  const text = shown(cell);
  const harmless = looksLikeFormula.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

const csvWriter = ({ names, cells }: HistoryTable, out: Out): HistoryWriter => {
  const line = (row: readonly Cell[]): string => `${row.map(csvCell).join(',')}\r\n`;
  out(line(names));
  return {
    page: (items) => out(items.map((item) => line(cells(item))).join('')),
    end: () => {},
  };
};

const textWriter = ({ names, cells }: HistoryTable, out: Out): HistoryWriter => {
  let empty = true;
  return {
    page: (items) => {
      if (items.length === 0) return;
      const head = empty ? [names] : [];
      empty = false;
      const rows = items.map((item) => cells(item).map((cell) => (cell === undefined ? '-' : shown(cell))));
      out(`${columnsOf([...head, ...rows]).join('\n')}\n`);
    },
    end: () => {
      if (empty) out('nothing found\n');
    },
  };
};

const ndjsonWriter = (out: Out): HistoryWriter => ({
  page: (items) => out(items.map((item) => `${safeJson(item)}\n`).join('')),
  end: () => {},
});

const jsonWriter = (out: Out): HistoryWriter => {
  let before = '[';
  return {
    page: (items) => {
      for (const item of items) {
        out(`${before}\n  ${safeJson(item)}`);
        before = ',';
      }
    },
    end: () => out(before === '[' ? '[]\n' : '\n]\n'),
  };
};

export const historyWriter = (format: HistoryFormat, table: HistoryTable, out: Out): HistoryWriter => {
  if (format === 'csv') return csvWriter(table, out);
  if (format === 'json') return jsonWriter(out);
  return format === 'ndjson' ? ndjsonWriter(out) : textWriter(table, out);
};
