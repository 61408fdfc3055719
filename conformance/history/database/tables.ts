/**
 * The tables as the newest migration leaves them. Times are milliseconds since the epoch; what only travels along is JSON text, because
 * plain text cannot hold every character in both databases (a NUL ends it in SQLite and is refused by PostgreSQL).
 */
interface RoundTable {
  id: string;
  target: string;
  location: string;
  reason: string;
  due_at: number;
  started_at: number;
  ended_at: number;
  outcome: string;
  cause: string | null;
  note: string | null;
  requests: number;
  input_tokens: number;
  output_tokens: number;
  usd: number;
}

interface ResultTable {
  id: string;
  round: string;
  target: string;
  location: string;
  scenario: string;
  page_row: string;
  at: number;
  duration_ms: number;
  verdict: string;
  /** 1 or 0. */
  warned: number;
  requests: number;
  input_tokens: number;
  output_tokens: number;
  usd: number;
  first_byte_ms: number | null;
  total_ms: number | null;
  /** JSON of `reason`, `fault`, `diagnosis` and `known`, as far as they are there. */
  told: string | null;
}

/** Apart from the results: it is larger, and kept for a shorter time. */
interface EvidenceTable {
  result: string;
  at: number;
  body: string;
}

interface StateTable {
  target: string;
  location: string;
  scenario: string;
  last_at: number;
  body: string;
}

interface IncidentTable {
  id: string;
  target: string;
  scenario: string;
  page_row: string;
  rule: string;
  opened_at: number;
  closed_at: number | null;
  body: string;
}

interface DeliveryTable {
  id: string;
  incident: string;
  destination: string;
  kind: string;
  event: string;
  attempts: number;
  next_at: number;
  delivered_at: number | null;
  given_up_at: number | null;
  last_error: string | null;
}

/** What is spent or reserved for a scope in a window (`hour` or `day`) that begins at `start_at`. */
interface SpendTable {
  scope: string;
  span: string;
  start_at: number;
  requests: number;
  input_tokens: number;
  output_tokens: number;
  seconds: number;
  usd: number;
}

interface ReservationTable {
  id: string;
  at: number;
  /** JSON list of scopes. */
  scopes: string;
  requests: number;
  input_tokens: number;
  output_tokens: number;
  seconds: number;
  usd: number;
  /** 1 or 0. */
  settled: number;
}

interface FactTable {
  name: string;
  value: string;
}

/** Results that are gone, by hour (`width_ms` 3,600,000) or by day (86,400,000). */
interface AggregateTable {
  width_ms: number;
  at: number;
  target: string;
  location: string;
  scenario: string;
  pass: number;
  fail: number;
  other: number;
  /** JSON of histograms of passing results; see percentiles/histogram.ts. */
  latency: string;
  first_byte: string;
}

interface DayOfRowTable {
  target: string;
  page_row: string;
  day: number;
  pass: number;
  warned: number;
  fail: number;
  other: number;
}

export interface Tables {
  canary_round: RoundTable;
  canary_result: ResultTable;
  canary_evidence: EvidenceTable;
  canary_state: StateTable;
  canary_incident: IncidentTable;
  canary_delivery: DeliveryTable;
  canary_spend: SpendTable;
  canary_reservation: ReservationTable;
  canary_fact: FactTable;
  canary_aggregate: AggregateTable;
  canary_day_of_row: DayOfRowTable;
}
