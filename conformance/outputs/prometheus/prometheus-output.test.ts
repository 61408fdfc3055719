import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { incidentAt, stateAt } from '../../history/testing/records.ts';
import { toolAbout } from '../../package-root.ts';
import { serveCanary, type Served } from '../../status-page/serve.ts';
import {
  morning,
  watchedCanary,
  watchedPlan,
  watchedScenario,
  watchedTarget,
  writtenRound,
  type WatchedCanary,
} from '../testing/watched-canary.ts';
import { prometheusOutput, type PrometheusOptions } from './prometheus-output.ts';

const team = watchedTarget('team', {
  labels: { owner: 'platform', tier: 'a"b' },
  region: 'eu-1',
  budget: { round: {}, hour: { requests: 10, usd: 2 }, day: {} },
});
const other = watchedTarget('other', { labels: { owner: 'web' } });

let canary: WatchedCanary;
let served: Served | undefined;

beforeEach(async () => {
  canary = await watchedCanary(watchedPlan({ targets: [team, other], budget: { hour: {}, day: { inputTokens: 1_000, requests: 0 } } }));
});

afterEach(async () => {
  await served?.close();
  served = undefined;
  await canary.close();
});

const begin = async (more: Partial<PrometheusOptions> = {}) => {
  const { plan, store, clock } = canary;
  const output = prometheusOutput({ plan, store, clock, ...more });
  served = await serveCanary({
    host: '127.0.0.1',
    port: 0,
    title: 'test',
    routes: [output.routes],
    signal: new AbortController().signal,
  });
  const { url } = served;
  return { output, scrape: async () => (await fetch(`${url}/metrics`)).text() };
};

/** Of metrics whose name begins so, without help and buckets. */
const series = (text: string, start: string): readonly string[] =>
  text.split('\n').filter((line) => line.startsWith(start) && !line.includes('_bucket{'));

const failing = stateAt(morning, {
  scenario: watchedScenario,
  health: 'failing',
  recent: [
    { at: morning - 3_000, verdict: 'pass', warned: false },
    { at: morning, verdict: 'fail', warned: false },
  ],
});

describe('metrics for Prometheus', () => {
  it('tell of each scenario in which state it is, and when it was judged and passed last', async () => {
    const { scrape } = await begin();
    await canary.record(writtenRound(morning, { decision: { states: [failing] } }));
    const text = await scrape();
    const place = 'target="team",scenario="plain/cut",row="4",location="here"';
    expect([...series(text, 'wireproof_state'), ...series(text, 'wireproof_flapping'), ...series(text, 'wireproof_last_')]).toEqual([
      `wireproof_state{${place},state="healthy"} 0`,
      `wireproof_state{${place},state="degraded"} 0`,
      `wireproof_state{${place},state="failing"} 1`,
      `wireproof_state{${place},state="unknown"} 0`,
      `wireproof_flapping{${place}} 0`,
      `wireproof_last_result_timestamp_seconds{${place}} ${morning / 1_000}`,
      `wireproof_last_success_timestamp_seconds{${place}} ${morning / 1_000 - 3}`,
    ]);
  });

  it('remember the last success when the state has forgotten it', async () => {
    const { scrape } = await begin();
    await canary.record(writtenRound(morning, { decision: { states: [failing] } }));
    await scrape();
    await canary.clock.pass(60_000);
    const later = { ...failing, recent: failing.recent.slice(1), lastAt: morning + 60_000 };
    await canary.record(writtenRound(morning + 60_000, { decision: { states: [later] } }));
    expect(series(await scrape(), 'wireproof_last_').map((line) => line.split('} ')[1])).toEqual([
      String(morning / 1_000 + 60),
      String(morning / 1_000 - 3),
    ]);
  });

  it('count rounds, results and what they cost, and leave failures out of latencies', async () => {
    const { output, scrape } = await begin();
    await output.onRound(
      writtenRound(morning, {
        target: team,
        lagMs: 250,
        results: [
          { scenario: watchedScenario },
          { scenario: watchedScenario, verdict: 'fail', totalMs: 1 },
          { scenario: 'x', row: 'timeouts', verdict: 'fail', known: { reason: 'r', owner: 'o', expires: '2027-01-01' } },
        ],
      }),
    );
    await output.onRound(
      writtenRound(morning, { target: team, round: { outcome: 'not-run', cause: 'budget', reason: 'once' }, results: [] }),
    );
    const text = await scrape();
    const place = 'target="team",location="here"';
    expect(
      ['rounds', 'probes', 'requests', 'tokens', 'spent', 'probe_', 'schedule'].flatMap((name) => series(text, `wireproof_${name}`)),
    ).toEqual([
      `wireproof_rounds_total{${place},reason="scheduled",outcome="complete",cause=""} 1`,
      `wireproof_rounds_total{${place},reason="once",outcome="not-run",cause="budget"} 1`,
      'wireproof_probes_total{target="team",row="4",location="here",verdict="pass",known="false"} 1',
      'wireproof_probes_total{target="team",row="4",location="here",verdict="fail",known="false"} 1',
      'wireproof_probes_total{target="team",row="timeouts",location="here",verdict="fail",known="true"} 1',
      `wireproof_requests_total{${place}} 4`,
      `wireproof_tokens_total{${place},kind="input"} 60`,
      `wireproof_tokens_total{${place},kind="output"} 10`,
      `wireproof_spent_usd_total{${place}} 0.25`,
      'wireproof_probe_duration_seconds_sum{target="team",row="4",location="here"} 0.8',
      'wireproof_probe_duration_seconds_count{target="team",row="4",location="here"} 1',
      'wireproof_probe_first_byte_seconds_sum{target="team",row="4",location="here"} 0.12025',
      'wireproof_probe_first_byte_seconds_count{target="team",row="4",location="here"} 1',
      'wireproof_schedule_lag_seconds_sum{location="here"} 0.25',
      'wireproof_schedule_lag_seconds_count{location="here"} 1',
    ]);
  });

  it('tell what is left of each ceiling, open incidents, and what the configuration says of targets', async () => {
    const { scrape } = await begin();
    await canary.store.reserve({
      limits: [
        { scope: 'team', ...team.budget },
        { scope: '*', hour: {}, day: { inputTokens: 1_000 } },
      ],
      at: morning,
      worst: { requests: 4, inputTokens: 250, outputTokens: 0, usd: 0.5, seconds: 3 },
    });
    await canary.record(
      writtenRound(morning, {
        decision: {
          incidents: [
            incidentAt(morning),
            incidentAt(morning + 1, { scenario: '*', severity: 'warning' }),
            incidentAt(morning + 2, { rule: 'gone', closedAt: morning + 3 }),
            incidentAt(morning + 4, { target: 'not-watched' }),
          ],
        },
      }),
    );
    const text = await scrape();
    expect([
      ...series(text, 'wireproof_budget'),
      ...series(text, 'wireproof_incidents'),
      ...series(text, 'wireproof_target'),
      ...series(text, 'wireproof_build'),
    ]).toEqual([
      'wireproof_budget_left_requests{scope="*",window="day"} 0',
      'wireproof_budget_left_requests{scope="team",window="hour"} 6',
      'wireproof_budget_left_input_tokens{scope="*",window="day"} 750',
      'wireproof_budget_left_usd{scope="team",window="hour"} 1.5',
      'wireproof_budget_left_ratio{scope="*",window="day",ceiling="requests"} 0',
      'wireproof_budget_left_ratio{scope="*",window="day",ceiling="input_tokens"} 0.75',
      'wireproof_budget_left_ratio{scope="team",window="hour",ceiling="requests"} 0.6',
      'wireproof_budget_left_ratio{scope="team",window="hour",ceiling="usd"} 0.75',
      'wireproof_incidents_open{target="team",severity="critical"} 1',
      'wireproof_incidents_open{target="team",severity="warning"} 1',
      'wireproof_incidents_open{target="other",severity="critical"} 0',
      'wireproof_incidents_open{target="other",severity="warning"} 0',
      'wireproof_target_info{target="team",region="eu-1",label_owner="platform",label_tier="a\\"b"} 1',
      'wireproof_target_info{target="other",region="",label_owner="web"} 1',
      `wireproof_build_info{version="${toolAbout().version}",location="here"} 1`,
    ]);
  });

  it('tell what became of alerts, signs of life and due times, where there are such', async () => {
    const { scrape } = await begin({
      deliveries: () => new Map([['pager', { delivered: 3, failed: 2, givenUp: 1 }]]),
      heartbeat: () => ({ sent: 5, failed: 4 }),
      overdue: () => 7,
    });
    const text = await scrape();
    expect(['deliveries', 'heartbeats', 'schedule_overdue', 'history'].flatMap((name) => series(text, `wireproof_${name}`))).toEqual([
      'wireproof_deliveries_total{destination="pager",end="delivered"} 3',
      'wireproof_deliveries_total{destination="pager",end="failed_attempt"} 2',
      'wireproof_deliveries_total{destination="pager",end="given_up"} 1',
      'wireproof_heartbeats_total{end="sent"} 5',
      'wireproof_heartbeats_total{end="failed"} 4',
      'wireproof_schedule_overdue_total 7',
      'wireproof_history_up 1',
      'wireproof_history_queued_rounds 0',
      'wireproof_history_queued_bytes 0',
      'wireproof_history_lost_rounds_total 0',
    ]);
  });

  it('end with a target that a reload takes out, and do not begin again with a round of it that comes late', async () => {
    const { output, scrape } = await begin();
    const round = writtenRound(morning, { target: team, decision: { states: [failing], incidents: [incidentAt(morning)] } });
    await output.onRound(await canary.record(round));
    await output.onRound(writtenRound(morning, { target: other }));
    expect(series(await scrape(), 'wireproof_').filter((line) => line.includes('"team"'))).toHaveLength(24);
    canary.replacePlan(watchedPlan({ targets: [other] }));
    await output.onRound(round);
    const text = await scrape();
    expect(text.split('\n').filter((line) => line.includes('"team"'))).toEqual([]);
    expect(series(text, 'wireproof_requests_total')).toEqual(['wireproof_requests_total{target="other",location="here"} 2']);
  });

  it('do not tell rows of a thousand targets apart', async () => {
    const targets = Array.from({ length: 1_001 }, (_, index) => watchedTarget(`t${index}`));
    canary.replacePlan(watchedPlan({ targets }));
    const { output, scrape } = await begin();
    await output.onRound(writtenRound(morning, { target: watchedTarget('t7') }));
    expect(series(await scrape(), 'wireproof_probes_total')).toEqual([
      'wireproof_probes_total{target="t7",row="all",location="here",verdict="pass",known="false"} 1',
    ]);
  });

  it('go on with what was read last while the history cannot be read', async () => {
    const { plan, clock, store } = canary;
    let away = false;
    const states: typeof store.states = (query) => (away ? Promise.reject(new Error('away')) : store.states(query));
    const { scrape } = await begin({ plan, clock, store: { ...store, states, condition: () => ({ ...store.condition(), queued: 3 }) } });
    await canary.record(writtenRound(morning, { decision: { states: [failing] } }));
    const before = series(await scrape(), 'wireproof_state');
    away = true;
    await clock.pass(60_000);
    const text = await scrape();
    expect([before.length, series(text, 'wireproof_state'), series(text, 'wireproof_history_queued_rounds')]).toEqual([
      4,
      before,
      ['wireproof_history_queued_rounds 3'],
    ]);
  });

  it('are sent as the text format of Prometheus', async () => {
    await begin();
    const answer = await fetch(`${served?.url ?? ''}/metrics`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    await answer.text();
  });
});
