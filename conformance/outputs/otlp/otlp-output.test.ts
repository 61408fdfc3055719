import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { systemClock } from '../../canary/clock.ts';
import { incidentAt, stateAt } from '../../history/testing/records.ts';
import { liveUserAgent, toolAbout } from '../../package-root.ts';
import { listening, type Listening } from '../testing/listening.ts';
import {
  morning,
  watchedCanary,
  watchedPlan,
  watchedScenario,
  watchedTarget,
  writtenRound,
  type WatchedCanary,
} from '../testing/watched-canary.ts';
import { loadSdk } from './load-sdk.ts';
import { otlpOutput } from './otlp-output.ts';
import { placeOfResult, placeOfRound } from './span-ids.ts';

const target = watchedTarget('team', {
  region: 'eu-1',
  labels: { owner: 'platform' },
  budget: { round: {}, hour: { requests: 10 }, day: {} },
});

let canary: WatchedCanary;
let collector: Listening;
let told: string[] = [];
let status = 200;

beforeEach(async () => {
  told = [];
  status = 200;
  canary = await watchedCanary(watchedPlan({ targets: [target] }));
  collector = await listening((_request, response) => response.writeHead(status, { 'content-type': 'application/json' }).end('{}'));
});

afterEach(async () => {
  await collector.close();
  await canary.close();
});

const begin = (endpoint = collector.url, exportWithinMs = 5_000) =>
  otlpOutput({
    exportWithinMs,
    otlp: { endpoint, headers: { 'x-team': 'a' } },
    plan: canary.plan,
    store: canary.store,
    clock: { ...systemClock(), now: canary.clock.now },
    tell: (line) => void told.push(line),
  });

interface Value {
  readonly stringValue?: string;
  readonly intValue?: number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values: readonly Value[] };
}

type Attributes = readonly { readonly key: string; readonly value: Value }[];

const plain = (value: Value): unknown =>
  value.arrayValue === undefined
    ? (value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue)
    : value.arrayValue.values.map(plain);

const attributesOf = (attributes: Attributes): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: Attributes;
  readonly status: { readonly code: number; readonly message?: string };
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }[];
  readonly events: readonly { readonly name: string; readonly timeUnixNano: string; readonly attributes: Attributes }[];
}

interface SentMetric {
  readonly name: string;
  readonly unit: string;
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly sum?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[] };
}

interface Point {
  readonly asInt?: number;
  readonly asDouble?: number;
  readonly sum?: number;
  readonly count?: number;
  readonly attributes: Attributes;
}

interface Sent {
  readonly resourceSpans?: readonly {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
  readonly resourceMetrics?: readonly { readonly scopeMetrics: readonly { readonly metrics: readonly SentMetric[] }[] }[];
}

const sentTo = (path: string): readonly Sent[] =>
  collector.got.filter((got) => got.path === path).map(({ body }) => JSON.parse(body) as Sent);

const spans = (): readonly SentSpan[] =>
  sentTo('/v1/traces').flatMap(({ resourceSpans = [] }) =>
    resourceSpans.flatMap((each) => each.scopeSpans.flatMap((scope) => scope.spans)),
  );

/** `name attributes value`, of the last export. */
const points = (): readonly string[] => {
  const metrics = sentTo('/v1/metrics')
    .at(-1)
    ?.resourceMetrics?.flatMap((each) => each.scopeMetrics.flatMap((scope) => scope.metrics));
  return (metrics ?? []).flatMap(({ name, unit, gauge, sum, histogram }) =>
    ((gauge ?? sum ?? histogram)?.dataPoints ?? []).map((point) => {
      const value = histogram === undefined ? (point.asDouble ?? point.asInt) : `${point.count} of ${point.sum}`;
      const attributes = Object.entries(attributesOf(point.attributes)).map(
        ([key, text]) => `${key.replace('wireproof.', '')}=${String(text)}`,
      );
      return `${name} ${unit} {${attributes.join(' ')}} ${value}`;
    }),
  );
};

const nanos = (ms: number): string => String(BigInt(Math.round(ms * 1_000)) * 1_000n);

describe('OpenTelemetry', () => {
  it('gets a trace for each round, with a span for each scenario, and the incidents', async () => {
    const output = await begin();
    const earlier = placeOfResult('round-before', 'round-before-002');
    const opened = incidentAt(morning, { id: 'one', firstResult: 'r-000', lastResult: 'r-000', scenario: 'a/fails' });
    const goesOn = incidentAt(morning, { id: 'two', firstResult: 'round-before-002', lastResult: 'r-000' });
    await output.onRound(
      writtenRound(morning, {
        target,
        lagMs: 250,
        round: { id: 'r' },
        results: [
          {
            id: 'r-000',
            scenario: 'a/fails',
            verdict: 'fail',
            reason: 'cut off',
            at: morning + 10,
            fault: { at: 'proxy', because: 'b' },
            evidence: { checks: [{ id: 'ends-well', level: 'must' }] },
          },
          { id: 'r-001', at: morning + 20 },
        ],
        decision: { incidents: [opened, goesOn], events: [{ kind: 'opened', at: morning + 900, incident: opened }] },
      }),
    );
    await output.close();
    const round = placeOfRound('r');
    const [failedSpan, passedSpan, roundSpan] = spans();
    expect([roundSpan, failedSpan, passedSpan].map((span) => span && { ...span, attributes: attributesOf(span.attributes) })).toMatchObject(
      [
        {
          ...round,
          name: 'canary round',
          kind: 1,
          startTimeUnixNano: nanos(morning),
          endTimeUnixNano: nanos(morning + 900),
          status: { code: 2, message: '1 of 2 scenarios failed' },
          attributes: {
            'server.address': 'gateway.example',
            'server.port': 8443,
            'wireproof.target.name': 'team',
            'wireproof.target.region': 'eu-1',
            'wireproof.target.label.owner': 'platform',
            'test.suite.name': 'team',
            'test.suite.run.status': 'failure',
            'wireproof.round.id': 'r',
            'wireproof.round.reason': 'scheduled',
            'wireproof.round.outcome': 'complete',
            'wireproof.round.lag': 0.25,
            'wireproof.location': 'here',
            'wireproof.spent.requests': 2,
            'wireproof.spent.usd': 0.125,
          },
        },
        {
          ...placeOfResult('r', 'r-000'),
          parentSpanId: round.spanId,
          name: 'a/fails',
          kind: 3,
          startTimeUnixNano: nanos(morning + 10),
          endTimeUnixNano: nanos(morning + 822.5),
          status: { code: 2, message: 'cut off' },
          attributes: {
            'test.case.name': 'a/fails',
            'test.case.result.status': 'fail',
            'error.type': 'fail',
            'gen_ai.usage.input_tokens': 30,
            'gen_ai.usage.output_tokens': 5,
            'wireproof.verdict': 'fail',
            'wireproof.row': '4',
            'wireproof.fault.at': 'proxy',
            'wireproof.first_byte': 0.12025,
            'wireproof.checks.failed': ['ends-well'],
            'wireproof.incident.ids': ['one', 'two'],
          },
        },
        {
          ...placeOfResult('r', 'r-001'),
          parentSpanId: round.spanId,
          name: watchedScenario,
          status: { code: 0 },
          attributes: { 'test.case.result.status': 'pass', 'wireproof.verdict': 'pass' },
          links: [],
        },
      ],
    );
    expect(failedSpan?.links.map((link) => [link.traceId, link.spanId, attributesOf(link.attributes)])).toEqual([
      [earlier.traceId, earlier.spanId, { 'wireproof.incident.id': 'two' }],
    ]);
    expect(roundSpan?.events.map(({ name, timeUnixNano, attributes }) => [name, timeUnixNano, attributesOf(attributes)])).toEqual([
      [
        'wireproof.incident.opened',
        nanos(morning + 900),
        {
          'wireproof.incident.id': 'one',
          'wireproof.incident.rule': 'failing',
          'wireproof.incident.severity': 'critical',
          'wireproof.scenario': 'a/fails',
        },
      ],
    ]);
    expect(attributesOf(sentTo('/v1/traces')[0]?.resourceSpans?.[0]?.resource.attributes ?? [])).toEqual({
      'service.name': 'wireproof-canary',
      'service.version': toolAbout().version,
      'wireproof.location': 'here',
    });
  });

  it('is told of known failures and of rounds that were not run without an error', async () => {
    const output = await begin();
    const known = { reason: 'r', owner: 'o', expires: '2027-01-01' };
    await output.onRound(writtenRound(morning, { target, results: [{ verdict: 'fail', known }] }));
    await output.onRound(writtenRound(morning + 1, { target, results: [], round: { outcome: 'not-run', cause: 'paused' } }));
    await output.close();
    expect(
      spans().map(({ name, status: { code }, attributes }) => [name, code, attributesOf(attributes)['test.suite.run.status']]),
    ).toEqual([
      [watchedScenario, 0, undefined],
      ['canary round', 0, 'success'],
      ['canary round', 0, 'skipped'],
    ]);
  });

  it('gets metrics of rounds, and of how things stand', async () => {
    const output = await begin();
    const decision = { states: [stateAt(morning, { scenario: watchedScenario })], incidents: [incidentAt(morning)] };
    const results = [{}, { scenario: 'x', verdict: 'fail' as const, totalMs: 1 }];
    await output.onRound(await canary.record(writtenRound(morning, { target, decision, results, lagMs: 250 })));
    await output.close();
    const place = 'target.name=team location=here';
    expect(points().toSorted()).toEqual(
      [
        `wireproof.rounds {round} {${place} round.reason=scheduled round.outcome=complete} 1`,
        `wireproof.probes {probe} {${place} row=4 verdict=pass known_failure=false} 1`,
        `wireproof.probes {probe} {${place} row=4 verdict=fail known_failure=false} 1`,
        `wireproof.requests {request} {${place}} 2`,
        `wireproof.tokens {token} {${place} gen_ai.token.type=input} 30`,
        `wireproof.tokens {token} {${place} gen_ai.token.type=output} 5`,
        `wireproof.spent USD {${place}} 0.125`,
        `wireproof.probe.duration s {${place} row=4} 1 of 0.8`,
        `wireproof.probe.first_byte s {${place} row=4} 1 of 0.12025`,
        'wireproof.schedule.lag s {location=here} 1 of 0.25',
        ...['healthy', 'degraded', 'failing', 'unknown'].map(
          (state) => `wireproof.state 1 {${place} scenario=${watchedScenario} row=4 state=${state}} ${state === 'healthy' ? 1 : 0}`,
        ),
        'wireproof.incidents.open {incident} {target.name=team incident.severity=critical} 1',
        'wireproof.budget.left 1 {budget.scope=team budget.window=hour budget.ceiling=requests} 1',
        'wireproof.history.queued {round} {} 0',
        'wireproof.history.lost {round} {} 0',
      ].toSorted(),
    );
  });

  it('is sent with the headers of the configuration and who we are', async () => {
    const output = await begin();
    await output.onRound(writtenRound(morning, { target }));
    await output.close();
    expect(new Set(collector.got.map(({ method, path, headers }) => `${method} ${path} ${String(headers['x-team'])}`))).toEqual(
      new Set(['POST /v1/traces a', 'POST /v1/metrics a']),
    );
    expect(collector.got.every(({ headers }) => headers['user-agent']?.startsWith(`${liveUserAgent()} `) === true)).toBe(true);
  });

  it('that refuses is told of once for each signal', async () => {
    status = 400;
    const output = await begin();
    await output.onRound(writtenRound(morning, { target }));
    await output.close();
    expect(told.toSorted()).toEqual([
      `otlp: metrics to ${collector.url}: Bad Request; the canary goes on without`,
      `otlp: traces to ${collector.url}: Bad Request; the canary goes on without`,
    ]);
  });

  it('is named in the log without what its address holds of secrets', async () => {
    status = 400;
    const output = await begin(collector.url.replace('//', '//me:pass-word@'));
    await output.onRound(writtenRound(morning, { target }));
    await output.close();
    expect(told).toContain(`otlp: traces to ${collector.url}: Bad Request; the canary goes on without`);
    expect(told.join()).not.toContain('pass-word');
  });

  it('that is not there keeps nobody from ending', async () => {
    const gone = await listening(() => undefined);
    await gone.close();
    const output = await begin(gone.url, 500);
    for (let index = 0; index < 10; index += 1) await output.onRound(writtenRound(morning + index, { target }));
    await output.close();
    expect(told.map((line) => line.replace(/connect ECONNREFUSED.*;/, 'REFUSED;')).toSorted()).toEqual([
      `otlp: metrics to ${gone.url}: REFUSED; the canary goes on without`,
      `otlp: traces to ${gone.url}: REFUSED; the canary goes on without`,
    ]);
  });

  it('gets no more than has room', async () => {
    const output = await begin();
    const results = Array.from({ length: 6_000 }, (_, index) => ({ id: `r-${index}` }));
    await output.onRound(writtenRound(morning, { target, results }));
    await output.onRound(writtenRound(morning, { target, results }));
    expect(told).toEqual([`otlp: traces to ${collector.url}: it is slower than the rounds; the canary goes on without`]);
    await output.close();
    expect(spans()).toHaveLength(6_001);
  });

  it('has packages that need not be there', async () => {
    const missing = Object.assign(new Error("Cannot find package '@opentelemetry/api'"), { code: 'ERR_MODULE_NOT_FOUND' });
    await expect(loadSdk(() => Promise.reject(missing))).rejects.toMatchObject({
      code: 'package-missing',
      exitCode: 2,
      hint: expect.stringMatching(/^npm install '@opentelemetry\/api@\^1\.9\.0' '@opentelemetry\/exporter-metrics-otlp-http@/) as string,
    });
    await expect(loadSdk(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
