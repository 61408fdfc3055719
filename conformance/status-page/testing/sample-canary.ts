/** A canary that has run for ninety days: three targets, eight scenarios, one incident that is open and one that is over. */
import type { Evidence, Health, Incident, ProbeResult, Round, ScenarioState } from '../../history/records.ts';
import type { DayOfRow } from '../../history/store.ts';
import type { Watched, WatchedScenario, WatchedTarget } from '../watched.ts';
import { day, hour } from '../words.ts';
import { memoryHistory, type MemoryContent } from './memory-history.ts';
import { sampleScenarios } from './sample-scenarios.ts';
import { seededNumbers } from './seeded-numbers.ts';

/** When the sample is looked at: 23 Nov 2026, 14:05 UTC. */
export const sampleNow = Date.UTC(2026, 10, 23, 14, 5);

const budget = {
  hour: { requests: 600, inputTokens: 60_000, outputTokens: 6_000, usd: 0.25 },
  day: { requests: 6_000, inputTokens: 600_000, outputTokens: 60_000, usd: 2 },
};

export interface SampleTarget {
  readonly name: string;
  readonly region: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds of a usual answer. */
  readonly usualMs: number;
}

export const sampleTargets: readonly SampleTarget[] = [
  { name: 'gateway-eu', region: 'eu-west-1', labels: { team: 'platform', stage: 'production' }, usualMs: 420 },
  { name: 'gateway-us', region: 'us-east-1', labels: { team: 'platform', stage: 'production' }, usualMs: 510 },
  { name: 'staging', region: 'eu-west-1', labels: { team: 'platform', stage: 'staging' }, usualMs: 680 },
];

/** What fails at the sample's second target since this morning. */
export const failingRow = 9;
const failingSince = sampleNow - 3 * hour - 12 * 60_000;

export interface Sample {
  readonly watched: Watched;
  readonly content: MemoryContent;
  readonly history: ReturnType<typeof memoryHistory>;
  readonly now: number;
}

export interface SampleText {
  /** Stands wherever a target's words stand. */
  readonly said: string;
}

const evidenceOf = ({ said }: SampleText): Evidence => ({
  checks: [
    { id: 'the-answer-is-understood', level: 'must', expected: 'status 200', actual: 'status 406', evidence: said },
    { id: 'the-model-answers', level: 'must', expected: '"glm-4.7"', actual: said },
  ],
  curl: `curl -sS "$WIREPROOF_URL/v1/chat/completions" -H "authorization: Bearer $WIREPROOF_KEY" -d '{"model":"glm-4.7","messages":[{"role":"user","content":"Say one word."}],"max_tokens":16}'`,
  trace: [
    '0.0 ms caller → POST /v1/chat/completions (112 bytes)',
    '38.2 ms caller ← 406 Not Acceptable',
    '38.4 ms caller ← content-type: application/json',
    `38.9 ms caller ← ${said}`,
  ],
});

const defaultText: SampleText = { said: '{"error":{"message":"Model glm-4.7 is not acceptable for this account"}}' };

const roundAt = (target: string, at: number, number: number, seconds: number): Round => ({
  id: `round-${target}-${String(1_000_000 + number)}`,
  target,
  location: 'fra-1',
  reason: 'scheduled',
  dueAt: at,
  startedAt: at + 40,
  endedAt: at + seconds * 1_000,
  outcome: 'complete',
  spent: { requests: 14, inputTokens: 900, outputTokens: 96, usd: 0.0031 },
});

const roundsEachMs = hour / 2;
const roundsKept = 60;

/** Newest first. */
const roundsOf = ({ name }: SampleTarget): readonly Round[] =>
  Array.from({ length: roundsKept }, (_, index) =>
    roundAt(name, sampleNow - 5 * 60_000 - index * roundsEachMs, roundsKept - index, 4 + (index % 5)),
  );

const resultsOf = (
  round: Round,
  target: SampleTarget,
  scenarios: readonly WatchedScenario[],
  next: () => number,
  text: SampleText,
): readonly ProbeResult[] =>
  scenarios.map((scenario, index) => {
    const failing = target.name === 'gateway-us' && scenario.row === failingRow && round.startedAt >= failingSince;
    const totalMs = Math.round(target.usualMs * (0.75 + next() * 0.6 + (next() > 0.95 ? 1.4 : 0)));
    return {
      id: `${round.id}-${index}`,
      round: round.id,
      target: target.name,
      location: round.location,
      scenario: scenario.id,
      row: scenario.row,
      at: round.startedAt + index * 300,
      durationMs: totalMs + 6,
      verdict: failing ? 'fail' : 'pass',
      warned: !failing && target.name === 'staging' && scenario.row === 17,
      spent: { requests: 2, inputTokens: 90, outputTokens: 12, usd: 0.0004 },
      firstByteMs: Math.round(totalMs * 0.4),
      totalMs,
      ...(failing
        ? {
            fault: { at: 'proxy' as const, because: 'asked directly, the upstream answers the same request with 200' },
            evidence: evidenceOf(text),
          }
        : {}),
    };
  });

const stateOf = (target: SampleTarget, scenario: WatchedScenario): ScenarioState => {
  const failing = target.name === 'gateway-us' && scenario.row === failingRow;
  const degraded = target.name === 'staging' && scenario.row === 17;
  const health: Health = failing ? 'failing' : degraded ? 'degraded' : 'healthy';
  return {
    target: target.name,
    location: 'fra-1',
    scenario: scenario.id,
    row: scenario.row,
    health,
    since: failing ? failingSince : sampleNow - (degraded ? 26 * hour : 12 * day),
    lastAt: sampleNow - 5 * 60_000,
    recent: [],
    changes: [],
    flapping: false,
  };
};

/** A bad day now and then, the same ones each time. */
const daysOf = (target: SampleTarget, rows: readonly ScenarioState['row'][], next: () => number): readonly DayOfRow[] =>
  rows.flatMap((row) =>
    Array.from({ length: 90 }, (_, back): DayOfRow => {
      const today = Math.floor(sampleNow / day) * day - back * day;
      const checks = back === 0 ? 28 : 48;
      const luck = next();
      const now = target.name === 'gateway-us' && row === failingRow && back === 0;
      const fail = now ? 7 : luck > 0.995 ? 30 : luck > 0.985 ? 2 : 0;
      const warned = target.name === 'staging' && row === 17 && back < 2 ? 9 : 0;
      return { target: target.name, row, day: today, pass: checks - fail, warned, fail, other: luck < 0.01 ? 1 : 0 };
    }).slice(0, target.name === 'staging' ? 55 : 90),
  );

const incidentOf = (id: string, scenario: WatchedScenario, results: readonly ProbeResult[], text: SampleText): Incident => {
  const own = results.filter((one) => one.target === 'gateway-us' && one.scenario === scenario.id && one.verdict === 'fail');
  const first = own.at(-1);
  const last = own[0];
  return {
    id,
    target: 'gateway-us',
    scenario: scenario.id,
    row: scenario.row,
    rule: 'failing',
    severity: 'critical',
    title: scenario.title,
    openedAt: (first?.at ?? failingSince) + roundsEachMs,
    locations: ['fra-1'],
    diagnosis: { row: scenario.row, ...scenario.diagnosis },
    fault: { at: 'proxy', because: 'asked directly, the upstream answers the same request with 200' },
    firstResult: first?.id ?? 'none',
    lastResult: last?.id ?? 'none',
    firstEvidence: evidenceOf(text),
    lastEvidence: evidenceOf(text),
    lastAt: last?.at ?? failingSince,
    results: own.length,
  };
};

const formerIncident = (scenario: WatchedScenario): Incident => ({
  id: 'incident-1',
  target: 'gateway-eu',
  scenario: scenario.id,
  row: scenario.row,
  rule: 'latency',
  severity: 'warning',
  title: 'Answers take three times as long as usual',
  openedAt: sampleNow - 6 * day,
  closedAt: sampleNow - 6 * day + 95 * 60_000,
  locations: ['fra-1', 'iad-1'],
  firstResult: 'gone',
  lastResult: 'gone',
  lastAt: sampleNow - 6 * day + hour,
  results: 4,
});

const watchedTarget = ({ name, region, labels }: SampleTarget, scenarios: readonly WatchedScenario[]): WatchedTarget => ({
  name,
  region,
  labels,
  scenarios: scenarios.map(({ id }) => id),
  budget,
});

/** The same each time for the same text. */
export const sampleCanary = (text: SampleText = defaultText): Sample => {
  const next = seededNumbers(20_261_123);
  const scenarios = sampleScenarios;
  const rows = scenarios.map(({ row }) => row);
  const rounds = sampleTargets.flatMap(roundsOf).sort((a, b) => b.startedAt - a.startedAt || a.id.localeCompare(b.id));
  const targetOf = new Map(sampleTargets.map((target) => [target.name, target]));
  const results = rounds.flatMap((round) => {
    const target = targetOf.get(round.target);
    return target === undefined ? [] : resultsOf(round, target, scenarios, next, text);
  });
  const failing = scenarios.find(({ row }) => row === failingRow);
  const other = scenarios[0];
  if (failing === undefined || other === undefined) throw new Error('the sample lacks its own rows');
  const open = incidentOf('incident-2', failing, results, text);
  const content: MemoryContent = {
    states: sampleTargets.flatMap((target) => scenarios.map((scenario) => stateOf(target, scenario))),
    days: sampleTargets.flatMap((target) => daysOf(target, rows, next)),
    incidents: [open, formerIncident(other)],
    rounds: [...rounds],
    results: [...results],
    deliveries: [
      {
        id: 'delivery-1',
        destination: 'on-call',
        key: `${open.id}:opened:on-call`,
        event: { kind: 'opened', at: open.openedAt, incident: open },
        attempts: 2,
        nextAt: open.openedAt,
        deliveredAt: open.openedAt + 4_200,
        lastError: 'answered 503',
      },
    ],
    facts: new Map(),
    spent: () => ({
      hour: { requests: 42, inputTokens: 2_700, outputTokens: 288, usd: 0.0093, seconds: 31 },
      day: { requests: 588, inputTokens: 37_800, outputTokens: 55_100, usd: 0.1302, seconds: 412 },
    }),
  };
  return {
    watched: {
      title: 'Gateways',
      budget: { hour: { requests: 2_000, usd: 1 }, day: { requests: 20_000, usd: 5 } },
      targets: sampleTargets.map((target) => watchedTarget(target, scenarios)),
      scenarios: new Map(scenarios.map((scenario) => [scenario.id, scenario])),
    },
    content,
    history: memoryHistory(content),
    now: sampleNow,
  };
};
