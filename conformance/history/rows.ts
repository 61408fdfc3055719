/** Records to rows and back. */
import type { Insertable, Selectable } from 'kysely';

import type { Tables } from './database/tables.ts';
import type { Amounts, Delivery, Evidence, Incident, ProbeResult, Round, ScenarioState } from './records.ts';

/** Text that both databases keep as it is: a NUL ends a text in SQLite, and PostgreSQL refuses it and lone surrogates. */
export const storable = (text: string): string => text.replace(/[\0\p{Cs}]/gu, '\ufffd');

export const rowText = (row: ProbeResult['row']): string => String(row);
export const rowOf = (text: string): ProbeResult['row'] => (/^\d+$/.test(text) ? Number(text) : text) as ProbeResult['row'];

interface AmountColumns {
  readonly requests: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly usd: number;
}

/** More than one round can cost: the sums of a day stay far from what the columns hold, whatever a target claims. */
const mostCounted = 1e12;

/** What is counted of an answer's claims. */
export const countable = <Claimed extends Amounts>(claimed: Claimed): Claimed => ({
  ...claimed,
  inputTokens: Math.min(claimed.inputTokens, mostCounted),
  outputTokens: Math.min(claimed.outputTokens, mostCounted),
});

export const amountColumns = (amounts: Amounts): AmountColumns => {
  const { requests, inputTokens, outputTokens, usd } = countable(amounts);
  return { requests, input_tokens: inputTokens, output_tokens: outputTokens, usd };
};

export const amountsOf = ({ requests, input_tokens, output_tokens, usd }: AmountColumns): Amounts => ({
  requests,
  inputTokens: input_tokens,
  outputTokens: output_tokens,
  usd,
});

export const roundRow = (round: Round): Insertable<Tables['canary_round']> => ({
  id: round.id,
  target: storable(round.target),
  location: storable(round.location),
  reason: round.reason,
  due_at: round.dueAt,
  started_at: round.startedAt,
  ended_at: round.endedAt,
  outcome: round.outcome,
  cause: round.cause ?? null,
  note: round.note === undefined ? null : storable(round.note),
  ...amountColumns(round.spent),
});

export const roundOf = (row: Selectable<Tables['canary_round']>): Round => ({
  id: row.id,
  target: row.target,
  location: row.location,
  reason: row.reason as Round['reason'],
  dueAt: row.due_at,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  outcome: row.outcome as Round['outcome'],
  ...(row.cause !== null && { cause: row.cause as NonNullable<Round['cause']> }),
  ...(row.note !== null && { note: row.note }),
  spent: amountsOf(row),
});

type Told = Pick<ProbeResult, 'reason' | 'fault' | 'diagnosis' | 'known'>;

const toldText = ({ reason, fault, diagnosis, known }: ProbeResult): string | null => {
  const told: Told = {
    ...(reason !== undefined && { reason }),
    ...(fault !== undefined && { fault }),
    ...(diagnosis !== undefined && { diagnosis }),
    ...(known !== undefined && { known }),
  };
  return Object.keys(told).length === 0 ? null : JSON.stringify(told);
};

export const resultRow = (result: ProbeResult): Insertable<Tables['canary_result']> => ({
  id: result.id,
  round: result.round,
  target: storable(result.target),
  location: storable(result.location),
  scenario: result.scenario,
  page_row: rowText(result.row),
  at: result.at,
  duration_ms: result.durationMs,
  verdict: result.verdict,
  warned: result.warned ? 1 : 0,
  ...amountColumns(result.spent),
  first_byte_ms: result.firstByteMs ?? null,
  total_ms: result.totalMs ?? null,
  told: toldText(result),
});

type ResultWithEvidence = Selectable<Tables['canary_result']> & { readonly evidence: string | null };

export const resultOf = (row: ResultWithEvidence): ProbeResult => ({
  id: row.id,
  round: row.round,
  target: row.target,
  location: row.location,
  scenario: row.scenario,
  row: rowOf(row.page_row),
  at: row.at,
  durationMs: row.duration_ms,
  verdict: row.verdict as ProbeResult['verdict'],
  warned: row.warned === 1,
  spent: amountsOf(row),
  ...(row.first_byte_ms !== null && { firstByteMs: row.first_byte_ms }),
  ...(row.total_ms !== null && { totalMs: row.total_ms }),
  ...(row.told !== null && (JSON.parse(row.told) as Told)),
  ...(row.evidence !== null && { evidence: JSON.parse(row.evidence) as Evidence }),
});

export const stateRow = (state: ScenarioState): Insertable<Tables['canary_state']> => ({
  target: storable(state.target),
  location: storable(state.location),
  scenario: state.scenario,
  last_at: state.lastAt,
  body: JSON.stringify(state),
});

export const stateOf = ({ body }: { readonly body: string }): ScenarioState => JSON.parse(body) as ScenarioState;

export const incidentRow = (incident: Incident): Insertable<Tables['canary_incident']> => ({
  id: incident.id,
  target: storable(incident.target),
  scenario: incident.scenario,
  page_row: rowText(incident.row),
  rule: incident.rule,
  opened_at: incident.openedAt,
  closed_at: incident.closedAt ?? null,
  body: JSON.stringify(incident),
});

export const incidentOf = ({ body }: { readonly body: string }): Incident => JSON.parse(body) as Incident;

export const deliveryOf = (row: Selectable<Tables['canary_delivery']>): Delivery => ({
  id: row.id,
  destination: row.destination,
  key: row.id,
  event: JSON.parse(row.event) as Delivery['event'],
  attempts: row.attempts,
  nextAt: row.next_at,
  ...(row.delivered_at !== null && { deliveredAt: row.delivered_at }),
  ...(row.given_up_at !== null && { givenUpAt: row.given_up_at }),
  ...(row.last_error !== null && { lastError: row.last_error }),
});
