import { sql, type Insertable, type Transaction } from 'kysely';

import type { Tables } from '../database/tables.ts';
import { dayOf } from '../windows.ts';
import type { Incident, ProbeResult, Round, ScenarioState } from '../records.ts';
import { incidentOf, incidentRow, resultRow, roundRow, rowText, stateOf, stateRow, storable } from '../rows.ts';
import type { Decision, HistoryStore, Known } from '../store.ts';
import { holding, type Opened } from './locks.ts';

type Tx = Transaction<Tables>;

/** Rows of one statement; databases bound the values in it. */
const rowsAtOnce = 500;

const chunked = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / rowsAtOnce) }, (_, index) => items.slice(index * rowsAtOnce, (index + 1) * rowsAtOnce));

const isWritten = async (tx: Tx, id: string): Promise<boolean> =>
  (await tx.selectFrom('canary_round').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;

const knownOf = async (tx: Tx, target: string): Promise<Known> => {
  const states = await tx.selectFrom('canary_state').select('body').where('target', '=', target).execute();
  const open = await tx
    .selectFrom('canary_incident')
    .select('body')
    .where('target', '=', target)
    .where('closed_at', 'is', null)
    .orderBy('opened_at')
    .orderBy('id')
    .execute();
  return { states: states.map(stateOf), open: open.map(incidentOf) };
};

const writeResults = async (tx: Tx, results: readonly ProbeResult[]): Promise<void> => {
  for (const some of chunked(results)) await tx.insertInto('canary_result').values(some.map(resultRow)).execute();
  const evidence = results.flatMap(({ id, at, evidence }) =>
    evidence === undefined ? [] : [{ result: id, at, body: JSON.stringify(evidence) }],
  );
  for (const some of chunked(evidence))
    await tx
      .insertInto('canary_evidence')
      .values([...some])
      .execute();
};

type DayRow = Insertable<Tables['canary_day_of_row']> & { pass: number; warned: number; fail: number; other: number };

const daysOf = (results: readonly ProbeResult[]): readonly DayRow[] => {
  const days = new Map<string, DayRow>();
  for (const { target, row, at, verdict, warned } of results) {
    // What a target does not claim to have says nothing about a day.
    if (verdict === 'unsupported') continue;
    const key = `${dayOf(at)} ${rowText(row)}`;
    const day = days.get(key) ?? {
      target: storable(target),
      page_row: rowText(row),
      day: dayOf(at),
      pass: 0,
      warned: 0,
      fail: 0,
      other: 0,
    };
    if (verdict === 'pass') day.pass += 1;
    else if (verdict === 'fail') day.fail += 1;
    else day.other += 1;
    if (verdict === 'pass' && warned) day.warned += 1;
    days.set(key, day);
  }
  return [...days.values()];
};

const writeDays = async (tx: Tx, results: readonly ProbeResult[]): Promise<void> => {
  for (const some of chunked(daysOf(results)))
    await tx
      .insertInto('canary_day_of_row')
      .values([...some])
      .onConflict((conflict) =>
        conflict.columns(['day', 'target', 'page_row']).doUpdateSet({
          pass: sql`canary_day_of_row.pass + excluded.pass`,
          warned: sql`canary_day_of_row.warned + excluded.warned`,
          fail: sql`canary_day_of_row.fail + excluded.fail`,
          other: sql`canary_day_of_row.other + excluded.other`,
        }),
      )
      .execute();
};

const writeStates = async (tx: Tx, states: readonly ScenarioState[]): Promise<void> => {
  for (const some of chunked(states))
    await tx
      .insertInto('canary_state')
      .values(some.map(stateRow))
      .onConflict((conflict) =>
        conflict
          .columns(['target', 'location', 'scenario'])
          .doUpdateSet((row) => ({ last_at: row.ref('excluded.last_at'), body: row.ref('excluded.body') })),
      )
      .execute();
};

/** Closed ones first: the next of the same rule may be opened in the same round. */
export const writeIncidents = async (tx: Tx, incidents: readonly Incident[]): Promise<void> => {
  const ordered = [...incidents].sort((a, b) => Number(a.closedAt === undefined) - Number(b.closedAt === undefined));
  for (const incident of ordered)
    await tx
      .insertInto('canary_incident')
      .values(incidentRow(incident))
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({ closed_at: row.ref('excluded.closed_at'), body: row.ref('excluded.body') })),
      )
      .execute();
};

/** One for each event and destination, however often it is asked for. */
export const writeDeliveries = async (tx: Tx, { events }: Pick<Decision, 'events'>, destinations: readonly string[]): Promise<void> => {
  const rows = events.flatMap((event) =>
    destinations.map((destination) => ({
      id: `${event.incident.id}:${event.kind}:${destination}`,
      incident: event.incident.id,
      destination,
      kind: event.kind,
      event: JSON.stringify(event),
      attempts: 0,
      next_at: event.at,
    })),
  );
  for (const some of chunked(rows))
    await tx
      .insertInto('canary_delivery')
      .values([...some])
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
};

/** See HistoryStore. Rounds of one target are judged one after the other, whichever process writes them. */
export const recordRoundIn =
  (opened: Opened): HistoryStore['recordRound'] =>
  async (round: Round, results, decide, destinations) =>
    holding(opened, `target ${round.target}`, async (tx) => {
      if (await isWritten(tx, round.id)) return undefined;
      const decision = decide(await knownOf(tx, storable(round.target)));
      await tx.insertInto('canary_round').values(roundRow(round)).execute();
      await writeResults(tx, results);
      await writeDays(tx, results);
      await writeStates(tx, decision.states);
      await writeIncidents(tx, decision.incidents);
      await writeDeliveries(tx, decision, destinations);
      return decision;
    });
