import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Fastify from 'fastify';
import { parse } from 'yaml';
import { beforeAll, describe, expect, it } from 'vitest';

import { incidentAt, stateAt } from '../../history/testing/records.ts';
import { packageRoot } from '../../package-root.ts';
import { findPromtool } from '../testing/promtool.ts';
import { morning, watchedCanary, watchedPlan, watchedScenario, watchedTarget, writtenRound } from '../testing/watched-canary.ts';
import { prometheusOutput } from './prometheus-output.ts';

const deploy = join(packageRoot(), 'deploy');
const read = (...path: readonly string[]): string => readFileSync(join(deploy, ...path), 'utf8');

const promtool = findPromtool();

/** All that a canary can tell, with something in every metric. */
const fullScrape = async (): Promise<string> => {
  const ceilings = { requests: 10, inputTokens: 10, outputTokens: 10, seconds: 10, usd: 10 };
  const target = watchedTarget('team', { labels: { owner: 'platform' }, budget: { round: {}, hour: ceilings, day: ceilings } });
  const canary = await watchedCanary(watchedPlan({ targets: [target] }));
  try {
    const output = prometheusOutput({
      ...canary,
      deliveries: () => new Map([['pager', { delivered: 1, failed: 1, givenUp: 1 }]]),
      heartbeat: () => ({ sent: 1, failed: 1 }),
      overdue: () => 1,
    });
    const decision = { states: [stateAt(morning, { scenario: watchedScenario })], incidents: [incidentAt(morning)] };
    await output.onRound(await canary.record(writtenRound(morning, { target, decision })));
    const app = Fastify();
    output.routes(app);
    const { body } = await app.inject('/metrics');
    await app.close();
    return body;
  } finally {
    await canary.close();
  }
};

let text = '';
/** Names of series, and the labels that they have. */
let told = new Map<string, ReadonlySet<string>>();

const labelName = /(\w+)=(?:~)?"/g;

beforeAll(async () => {
  text = await fullScrape();
  told = new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [name = ''] = line.split(/[{ ]/);
        return [name, new Set([...line.matchAll(labelName)].map(([, label = '']) => label))] as const;
      }),
  );
});

const selector = /\b(wireproof_\w+)(?:\{([^}]*)\})?/g;

/** What an expression asks and nobody tells: metrics, and labels of them. */
const unheard = (expression: string): readonly string[] =>
  [...expression.matchAll(selector)].flatMap(([, name = '', matchers = '']) => {
    const labels = told.get(name);
    if (labels === undefined) return [name];
    return [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label).filter((label) => !labels.has(label));
  });

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly datasource?: unknown;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly datasource: unknown; readonly refId: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string; readonly query: unknown }[] };
}

const dashboard = (): Dashboard => JSON.parse(read('grafana', 'wireproof-canary.json')) as Dashboard;
const queries = (): readonly { readonly expr: string; readonly datasource: unknown }[] =>
  dashboard().panels.flatMap(({ targets = [] }) => targets);

/** With values in place of Grafana's variables. */
const filledIn = (expression: string): string =>
  expression.replaceAll('$__rate_interval', '5m').replaceAll(/\$(?:target|location|row)\b/g, '.*');

const overlaps = (a: Panel['gridPos'], b: Panel['gridPos']): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

describe.skipIf(promtool === undefined)("Prometheus' own linter", () => {
  const lint = (args: readonly string[], input?: string) => promtool?.(args, input);

  it('finds nothing to say about the metrics', () => {
    expect(lint(['check', 'metrics'], text)).toEqual({ ok: true, said: '' });
  });

  it('accepts the alert rules and the configuration that loads them', () => {
    expect(lint(['check', 'rules', join(deploy, 'prometheus', 'wireproof-alerts.yaml')])).toMatchObject({ ok: true });
    expect(lint(['check', 'config', join(deploy, 'prometheus', 'prometheus.yaml')])).toMatchObject({ ok: true });
  });

  it('sees every alert rule fire and rest as its tests say', () => {
    expect(lint(['test', 'rules', join(deploy, 'prometheus', 'wireproof-alerts.test.yaml')])).toMatchObject({ ok: true });
  });

  it("understands every query of Grafana's dashboard", () => {
    const rules = queries().map(({ expr }, index) => ({ record: `panel:${index}`, expr: filledIn(expr) }));
    const file = JSON.stringify({ groups: [{ name: 'dashboard', rules }] });
    const folder = mkdtempSync(join(tmpdir(), 'wireproof-dashboard-'));
    try {
      writeFileSync(join(folder, 'rules.json'), file);
      expect(lint(['check', 'rules', join(folder, 'rules.json')])).toMatchObject({ ok: true });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('alert rules', () => {
  const rules = (): readonly { readonly alert: string; readonly expr: string }[] =>
    (parse(read('prometheus', 'wireproof-alerts.yaml')) as { groups: { rules: { alert: string; expr: string }[] }[] }).groups.flatMap(
      (group) => group.rules,
    );

  it('ask only what a canary tells', () => {
    expect(rules().flatMap(({ expr }) => unheard(expr))).toEqual([]);
  });

  it('are each tested, firing', () => {
    const tests = parse(read('prometheus', 'wireproof-alerts.test.yaml')) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
    };
    const fired = tests.tests
      .flatMap((test) => test.alert_rule_test)
      .filter(({ exp_alerts: alerts }) => alerts.length > 0)
      .map(({ alertname }) => alertname);
    expect([...new Set(fired)].toSorted()).toEqual(
      rules()
        .map(({ alert }) => alert)
        .toSorted(),
    );
  });
});

describe("Grafana's dashboard", () => {
  it('asks only what a canary tells', () => {
    expect(queries().length).toBeGreaterThan(0);
    expect(queries().flatMap(({ expr }) => unheard(expr))).toEqual([]);
  });

  it('shows every metric whose name is not one of those', () => {
    const notShown = new Set([
      'wireproof_flapping',
      'wireproof_last_result_timestamp_seconds',
      'wireproof_history_queued_bytes',
      'wireproof_heartbeats_total',
      'wireproof_schedule_overdue_total',
    ]);
    const shown = new Set(queries().flatMap(({ expr }) => [...expr.matchAll(selector)].map(([, name = '']) => name)));
    const hidden = [...told.keys()].filter(
      (name) => !shown.has(name) && !notShown.has(name) && !/_(?:sum|count)$|^wireproof_budget_left_(?!ratio)/.test(name),
    );
    expect(hidden).toEqual([]);
  });

  it('takes its data source from a variable, everywhere', () => {
    const { panels, templating } = dashboard();
    const source = { type: 'prometheus', uid: '${datasource}' };
    const sources = [
      ...panels.filter(({ type }) => type !== 'row').map(({ datasource }) => datasource),
      ...queries().map(({ datasource }) => datasource),
    ];
    expect(new Set(sources.map((each) => JSON.stringify(each)))).toEqual(new Set([JSON.stringify(source)]));
    expect(templating.list.find(({ name }) => name === 'datasource')).toMatchObject({ type: 'datasource', query: 'prometheus' });
  });

  it('has panels that can be told apart and do not lie over each other', () => {
    const { panels } = dashboard();
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const clashes = panels.flatMap((a, index) =>
      panels.slice(index + 1).flatMap((b) => (overlaps(a.gridPos, b.gridPos) ? [`${a.title} / ${b.title}`] : [])),
    );
    expect(clashes).toEqual([]);
    expect(panels.every(({ targets = [] }) => new Set(targets.map(({ refId }) => refId)).size === targets.length)).toBe(true);
  });
});
