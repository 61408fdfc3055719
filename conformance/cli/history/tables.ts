/** What can be asked of a history, and the columns in which it is told. */
import type { HistoryDatabase } from '../../history/open-history.ts';
import type { Amounts, Incident, ProbeResult, Round, ScenarioState } from '../../history/records.ts';
import type { SpentWindow } from '../../history/read/spend-windows.ts';
import type { ResultQuery, SeriesPoint } from '../../history/store.ts';

export type Cell = string | number | undefined;

export interface HistoryQuestion extends Omit<ResultQuery, 'limit' | 'after'> {
  readonly open?: boolean;
  readonly now: number;
  readonly widthMs: number;
}

type Column<Item> = readonly [name: string, cell: (item: Item) => Cell];

interface TableOf<Item> {
  readonly columns: readonly Column<Item>[];
  /** A page after the last item of the page before; shorter than `limit` only at the end. */
  readonly page: (store: HistoryDatabase, question: HistoryQuestion, limit: number, last: Item | undefined) => Promise<readonly Item[]>;
}

/** Whatever it is a table of: items go from its own pages to its own columns. */
export interface HistoryTable {
  readonly names: readonly string[];
  readonly cells: (item: unknown) => readonly Cell[];
  readonly page: (store: HistoryDatabase, question: HistoryQuestion, limit: number, last: unknown) => Promise<readonly unknown[]>;
}

const tableOf = <Item>({ columns, page }: TableOf<Item>): HistoryTable => ({
  names: columns.map(([name]) => name),
  cells: (item) => columns.map(([, cell]) => cell(item as Item)),
  page: async (store, question, limit, last) => page(store, question, limit, last as Item | undefined),
});

const iso = (at: number | undefined): Cell => (at === undefined ? undefined : new Date(at).toISOString());
/** Sums of prices end in a tail of nines; a millionth of a dollar is the price of a token. */
const dollars = (usd: number): Cell => Math.round(usd * 1_000_000) / 1_000_000;
const rounded = (value: number | undefined): Cell => (value === undefined ? undefined : Math.round(value * 1_000) / 1_000);

/** Answers that come whole are one page. */
const whole = <Item>(items: readonly Item[], last: Item | undefined): readonly Item[] => (last === undefined ? items : []);

const spentColumns: readonly Column<{ readonly spent: Amounts }>[] = [
  ['requests', ({ spent }) => spent.requests],
  ['input_tokens', ({ spent }) => spent.inputTokens],
  ['output_tokens', ({ spent }) => spent.outputTokens],
  ['usd', ({ spent }) => dollars(spent.usd)],
];

const rounds = tableOf<Round>({
  columns: [
    ['started', ({ startedAt }) => iso(startedAt)],
    ['target', ({ target }) => target],
    ['location', ({ location }) => location],
    ['reason', ({ reason }) => reason],
    ['outcome', ({ outcome }) => outcome],
    ['cause', ({ cause }) => cause],
    ['duration_ms', ({ startedAt, endedAt }) => endedAt - startedAt],
    ...spentColumns,
    ['id', ({ id }) => id],
    ['note', ({ note }) => note],
  ],
  page: async (store, question, limit, last) => store.rounds({ ...question, limit, ...(last !== undefined && { after: last.id }) }),
});

const results = tableOf<ProbeResult>({
  columns: [
    ['at', ({ at }) => iso(at)],
    ['target', ({ target }) => target],
    ['location', ({ location }) => location],
    ['row', ({ row }) => row],
    ['scenario', ({ scenario }) => scenario],
    ['verdict', ({ verdict }) => verdict],
    ['warned', ({ warned }) => (warned ? 'yes' : 'no')],
    ['duration_ms', ({ durationMs }) => rounded(durationMs)],
    ['first_byte_ms', ({ firstByteMs }) => rounded(firstByteMs)],
    ['total_ms', ({ totalMs }) => rounded(totalMs)],
    ['fault', ({ fault }) => fault?.at],
    ['id', ({ id }) => id],
    ['reason', ({ reason }) => reason],
  ],
  page: async (store, question, limit, last) => store.results({ ...question, limit, ...(last !== undefined && { after: last.id }) }),
});

const incidents = tableOf<Incident>({
  columns: [
    ['opened', ({ openedAt }) => iso(openedAt)],
    ['closed', ({ closedAt }) => iso(closedAt)],
    ['severity', ({ severity }) => severity],
    ['target', ({ target }) => target],
    ['row', ({ row }) => row],
    ['scenario', ({ scenario }) => scenario],
    ['rule', ({ rule }) => rule],
    ['locations', ({ locations }) => locations.join(' ')],
    ['fault', ({ fault }) => fault?.at],
    ['results', ({ results }) => results],
    ['id', ({ id }) => id],
    ['title', ({ title }) => title],
  ],
  page: async (store, question, limit, last) => store.incidents({ ...question, limit, ...(last !== undefined && { after: last.id }) }),
});

const states = tableOf<ScenarioState>({
  columns: [
    ['target', ({ target }) => target],
    ['row', ({ row }) => row],
    ['scenario', ({ scenario }) => scenario],
    ['location', ({ location }) => location],
    ['health', ({ health }) => health],
    ['flapping', ({ flapping }) => (flapping ? 'yes' : 'no')],
    ['since', ({ since }) => iso(since)],
    ['last', ({ lastAt }) => iso(lastAt)],
  ],
  page: async (store, { target, location, scenario, row }, _limit, last) => {
    const all = await store.states({ ...(target !== undefined && { target }), ...(location !== undefined && { location }) });
    const wanted = all.filter(
      (state) => (scenario === undefined || state.scenario === scenario) && (row === undefined || state.row === row),
    );
    return whole(wanted, last);
  },
});

const dayMs = 86_400_000;

const series = tableOf<SeriesPoint>({
  columns: [
    ['at', ({ at }) => iso(at)],
    ['pass', ({ pass }) => pass],
    ['fail', ({ fail }) => fail],
    ['other', ({ other }) => other],
    ['p50_ms', ({ latency }) => rounded(latency?.p50)],
    ['p95_ms', ({ latency }) => rounded(latency?.p95)],
    ['p99_ms', ({ latency }) => rounded(latency?.p99)],
    ['first_byte_p50_ms', ({ firstByte }) => rounded(firstByte?.p50)],
    ['first_byte_p95_ms', ({ firstByte }) => rounded(firstByte?.p95)],
    ['first_byte_p99_ms', ({ firstByte }) => rounded(firstByte?.p99)],
  ],
  page: async (store, question, _limit, last) => {
    const { target = '', scenario, location, now, widthMs, from = now - dayMs, to = now } = question;
    if (last !== undefined) return [];
    // Points begin at whole widths, so that they are the same whenever they are asked for.
    const start = Math.floor(from / widthMs) * widthMs;
    return store.series({
      target,
      from: start,
      to,
      widthMs,
      ...(scenario !== undefined && { scenario }),
      ...(location !== undefined && { location }),
    });
  },
});

const spend = tableOf<SpentWindow>({
  columns: [
    ['at', ({ at }) => iso(at)],
    ['span', ({ span }) => span],
    ['target', ({ scope }) => scope],
    ...spentColumns,
    ['seconds', ({ spent }) => rounded(spent.seconds)],
  ],
  page: async (store, { target, from, to }, limit, last) =>
    store.spendWindows({
      limit,
      ...(target !== undefined && { scope: target }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(last !== undefined && { after: last }),
    }),
});

export const historyTables = { rounds, results, incidents, states, series, spend } as const;
export type HistoryTableName = keyof typeof historyTables;
