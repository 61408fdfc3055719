import * as fc from 'fast-check';
import { Counter, Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';

import type { UpstreamAttempt } from '../usage/usage-record.ts';
import { Measured } from './measured.ts';
import { PrometheusMetrics } from './prometheus.ts';
import { Distributions, Tallies } from './tallies.ts';

/** What is counted without the library is written as the library writes what it has counted itself. */

const observed = { version: '1', persona: 'p', configRevision: 1, configRefused: false, inFlight: 0, usageWaiting: 0, usageLost: 0 };

const attempt = (provider: string, latencyMs: number, more: Partial<UpstreamAttempt> = {}): UpstreamAttempt => ({
  provider,
  credential: 'c',
  model: 'm',
  status: 200,
  outcome: 'answered',
  latencyMs,
  ...more,
});

/** The lines of one metric, in their order. */
const linesOf = (text: string, name: string): readonly string[] =>
  text
    .split('\n')
    .filter(
      (line) =>
        line.startsWith(`# HELP ${name} `) ||
        line.startsWith(`# TYPE ${name} `) ||
        new RegExp(`^${name}(?:_bucket|_sum|_count)?[{ ]`).test(line),
    );

const latency = 'wireproof_proxy_upstream_latency_seconds';
const attempts = 'wireproof_proxy_upstream_attempts_total';

describe('what a scrape shows', () => {
  const name = fc.oneof(
    fc.constantFrom('codex', 'b', ''),
    fc.string({ unit: 'binary', maxLength: 5 }),
    fc.constantFrom('quo"te', 'back\\slash', 'line\nfeed'),
  );
  const ms = fc.oneof(
    fc.constantFrom(0, 5, 10, 25, 100, 300_000, 300_001, 1e9),
    fc.nat(400_000),
    fc.double({ min: 0, max: 1e6, noNaN: true }),
  );
  const one = fc.record({ provider: name, ms, status: fc.constantFrom(0, 200, 503) });

  it('is what the library would show of the same observations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 30 }), async (all) => {
        const measured = new Measured();
        const metrics = new PrometheusMetrics(measured, () => observed);
        for (const { provider, ms, status } of all) measured.attemptEnded(attempt(provider, ms, { status }));
        const text = await metrics.text();
        const registry = new Registry();
        const [help = ''] = /(?<=# HELP wireproof_proxy_upstream_latency_seconds ).*/.exec(text) ?? [];
        const [countHelp = ''] = /(?<=# HELP wireproof_proxy_upstream_attempts_total ).*/.exec(text) ?? [];
        const buckets = [...measured.latency.bounds];
        const histogram = new Histogram({ name: latency, help, labelNames: ['provider'], buckets, registers: [registry] });
        const labelNames = ['provider', 'model', 'status', 'outcome'];
        const counter = new Counter({ name: attempts, help: countHelp, labelNames, registers: [registry] });
        for (const { provider, ms, status } of all) {
          histogram.observe({ provider }, ms / 1000);
          counter.inc({ provider, model: 'm', status: String(status), outcome: 'answered' });
        }
        const expected = await registry.metrics();
        expect([help, countHelp]).not.toContain('');
        expect(linesOf(text, latency)).toEqual(linesOf(expected, latency));
        expect(linesOf(text, attempts)).toEqual(linesOf(expected, attempts));
      }),
    );
  });

  it('is the same again, and goes on from there', async () => {
    const measured = new Measured();
    const metrics = new PrometheusMetrics(measured, () => observed);
    measured.attemptEnded(attempt('codex', 100));
    const first = await metrics.text();
    expect(await metrics.text()).toBe(first);
    measured.attemptEnded(attempt('codex', 400));
    expect(linesOf(await metrics.text(), latency).filter((line) => / [12]$|_sum/.test(line))).toEqual([
      ...['0.1', '0.25'].map((le) => `${latency}_bucket{le="${le}",provider="codex"} 1`),
      ...['0.5', '1', '2.5', '5', '10', '30', '60', '120', '300', '+Inf'].map((le) => `${latency}_bucket{le="${le}",provider="codex"} 2`),
      `${latency}_sum{provider="codex"} 0.5`,
      `${latency}_count{provider="codex"} 2`,
    ]);
  });

  it('of what nobody waited for is a count, and no latency', async () => {
    const measured = new Measured();
    measured.attemptEnded(attempt('codex', 100, { outcome: 'abandoned', status: 0 }));
    const text = await new PrometheusMetrics(measured, () => observed).text();
    expect(linesOf(text, latency).filter((line) => !line.startsWith('#'))).toEqual([]);
    expect(linesOf(text, attempts).filter((line) => !line.startsWith('#'))).toEqual([
      `${attempts}{provider="codex",model="m",status="0",outcome="abandoned"} 1`,
    ]);
  });

  it('of a metric without labels is one number, once there is one', async () => {
    const measured = new Measured();
    const metrics = new PrometheusMetrics(measured, () => observed);
    const parsed = 'wireproof_proxy_parsed_bodies_total';
    measured.parsedBodies.add([]);
    measured.parsedBodies.add([]);
    expect(linesOf(await metrics.text(), parsed).at(-1)).toBe(`${parsed} 2`);
  });
});

describe('tallies', () => {
  it('are apart by their labels, and add what they are told', () => {
    const tallies = new Tallies(['a', 'b']);
    tallies.add(['x', 1]);
    tallies.add(['x', 1], 4);
    tallies.add(['x', true], 0.5);
    expect([tallies.names, tallies.all()]).toEqual([
      ['a', 'b'],
      [
        { labels: { a: 'x', b: '1' }, value: 5 },
        { labels: { a: 'x', b: 'true' }, value: 0.5 },
      ],
    ]);
  });

  it('are apart whatever is in their labels', () => {
    const tallies = new Tallies(['a', 'b']);
    tallies.add(['x\ny', 'z']);
    tallies.add(['x', 'y\nz']);
    expect(tallies.all().map(({ value }) => value)).toEqual([1, 1]);
  });
});

describe('distributions', () => {
  it('count a value up to its bound, and what is above all of them', () => {
    const distributions = new Distributions(['of'], [1, 10]);
    for (const value of [0, 1, 1.000_1, 10, 10.5, 1e9]) distributions.observe(['x'], value);
    distributions.observe(['y'], 2);
    expect(distributions.all()).toEqual([
      { labels: { of: 'x' }, distribution: { counts: [2, 2, 2], sum: 1_000_000_022.500_1 } },
      { labels: { of: 'y' }, distribution: { counts: [0, 1, 0], sum: 2 } },
    ]);
  });
});
