// Records rounds in a database, one after the other or as many as are asked for, and says each one's id once it is written.
// Arguments: URL of the open-history module, location, name (ids begin with it), how many.
const [, , module, location, name, times] = process.argv;
const { openHistory } = await import(module);

const began = performance.now();
const store = await openHistory(location);
process.stdout.write(`open ${Math.round(performance.now() - began)}\n`);

const spent = { requests: 1, inputTokens: 10, outputTokens: 1, usd: 0.001 };
const seen = { target: 'team', location: name, scenario: 'streams/cut', row: 4 };
/** The number of rounds so far is counted in the state and in the one open incident: a lost one would show. */
const decide = ({ states, open }) => {
  const before = states.find((state) => state.location === 'all');
  const state = {
    ...seen,
    location: 'all',
    health: 'failing',
    since: 0,
    lastAt: (before?.lastAt ?? 0) + 1,
    recent: [],
    changes: [],
    flapping: false,
  };
  if (open.length > 0) return { states: [state], incidents: [{ ...open[0], results: open[0].results + 1 }], events: [] };
  const incident = {
    ...seen,
    id: `opened-by-${name}`,
    rule: 'failing',
    severity: 'critical',
    title: 'x',
    openedAt: 1,
    locations: [],
    firstResult: 'a',
    lastResult: 'b',
    lastAt: 1,
    results: 1,
  };
  return { states: [state], incidents: [incident], events: [{ kind: 'opened', at: 1, incident }] };
};

for (let number = 0; number < Number(times); number += 1) {
  const id = `${name}-${String(number).padStart(6, '0')}`;
  const round = {
    id,
    target: 'team',
    location: name,
    reason: 'scheduled',
    dueAt: number,
    startedAt: number,
    endedAt: number + 1,
    outcome: 'complete',
    spent,
  };
  const results = Array.from({ length: 5 }, (_, index) => ({
    ...seen,
    id: `${id}:${index}`,
    round: id,
    at: number,
    durationMs: 1,
    verdict: 'fail',
    warned: false,
    spent,
    evidence: { checks: [], trace: ['x'.repeat(2_000)] },
  }));
  await store.recordRound(round, results, decide, ['hook']);
  process.stdout.write(`${id}\n`);
}
await store.close();
