import { describe, expect, it } from 'vitest';

import type { CanaryTarget, Schedule } from './config/canary-plan.ts';
import { defaultHarm, defaultThresholds } from './config/defaults.ts';
import { dryRun, type DryRun } from './dry-run.ts';
import { dryRunJson, dryRunText } from './dry-run-text.ts';
import { plainScenario } from './testing/plain-scenario.ts';

const from = Date.parse('2026-11-23T12:30:00Z');

/** Two requests of ten output tokens, five seconds each. */
const scenarios = [plainScenario({ id: 'two', steps: 2 })];

const target = (name: string, when: Schedule['when'], more: Partial<CanaryTarget> = {}): CanaryTarget => ({
  name,
  url: `https://${name}.example`,
  profile: { name: 'p', claims: new Set(['client:openai-chat', 'upstream:openai-chat']), models: { 'openai-chat': 'm' } },
  labels: {},
  scenarios,
  thorough: true,
  schedule: { when, jitterMs: 0, timeZone: 'UTC', blackouts: [] },
  budget: { round: {}, hour: {}, day: {} },
  inFlight: 1,
  prices: { input: 0, output: 1_000_000 },
  harm: defaultHarm,
  thresholds: defaultThresholds,
  allowed: [],
  alerts: [],
  ...more,
});

const hourly: Schedule['when'] = { cron: '0 * * * *' };
const run = (targets: readonly CanaryTarget[], budget: Parameters<typeof dryRun>[0]['budget'] = { hour: {}, day: {} }): DryRun =>
  dryRun({ targets, budget, location: 'here' }, from);

describe('a dry run', () => {
  it('has each due time of the coming day, and the worst case of round, busiest hour and day', () => {
    const found = run([target('a', hourly), target('b', { cron: '0,30 14 * * *' })]);
    const [a, b] = found.targets;
    expect([a?.rounds, a?.times.at(0), a?.times.at(-1)]).toEqual([
      24,
      Date.parse('2026-11-23T13:00:00Z'),
      Date.parse('2026-11-24T12:00:00Z'),
    ]);
    expect(b?.times.map((ms) => new Date(ms).toISOString())).toEqual(['2026-11-23T14:00:00.000Z', '2026-11-23T14:30:00.000Z']);
    const round = a?.round.worst;
    expect([round?.requests, round?.outputTokens, round?.usd, round?.seconds]).toEqual([2, 20, 20, 15]);
    expect([a?.busiestHour.rounds, b?.busiestHour.rounds, found.busiestHour.rounds, found.busiestHour.worst.requests]).toEqual([
      1, 2, 3, 6,
    ]);
    // The 23rd has eleven hours left, the 24th begins with thirteen rounds of a.
    expect([a?.busiestDay.rounds, found.busiestDay.rounds, found.rounds, found.total.outputTokens]).toEqual([13, 13, 26, 26 * 20]);
  });

  it('says what does not fit: in which windows first, in how many, and by how much', () => {
    const [tight] = run([
      target('a', { cron: '0,20,40 * * * *' }, { budget: { round: {}, hour: { requests: 4 }, day: { usd: 1_000 } } }),
    ]).targets;
    expect(tight?.shortages).toEqual([
      { span: 'hour', from: Date.parse('2026-11-23T13:00:00Z'), windows: 23, amount: 'requests', ceiling: 4, worst: 6 },
    ]);
    const all = run([target('a', hourly), target('b', hourly)], { hour: { outputTokens: 39 }, day: { requests: 1_000, usd: 480 } });
    expect(all.targets.flatMap(({ shortages }) => shortages)).toEqual([]);
    expect(all.shortages.map(({ span, amount, windows, worst }) => [span, amount, windows, worst])).toEqual([
      ['hour', 'outputTokens', 24, 40],
      ['day', 'usd', 1, 520],
    ]);
  });

  it('has blackouts, and what falls into them', () => {
    const nights = { from: '0 1 * * *', forMs: 7_200_000, reason: 'nights' };
    const [quiet] = run([target('a', hourly, { schedule: { when: hourly, jitterMs: 0, timeZone: 'UTC', blackouts: [nights] } })]).targets;
    expect([quiet?.rounds, quiet?.leftOut, quiet?.blackouts]).toEqual([
      22,
      2,
      [{ from: Date.parse('2026-11-24T01:00:00Z'), to: Date.parse('2026-11-24T03:00:00Z'), reason: 'nights' }],
    ]);
  });
});

describe('its text', () => {
  it('tells everything of a few targets', () => {
    const nights = { from: '0 1 * * *', forMs: 7_200_000, reason: 'nights \u001b[31m' };
    const schedule = { when: hourly, jitterMs: 0, timeZone: 'Europe/Berlin', blackouts: [nights] };
    const text = dryRunText(
      run(
        [
          target('a', hourly, {
            schedule,
            allowed: ['plain/two'],
            budget: { round: { requests: 9 }, hour: { requests: 1 }, day: { usd: 5_000 } },
          }),
        ],
        {
          hour: {},
          day: { requests: 20 },
        },
      ),
    );
    expect(text.split('\n')).toEqual([
      'The 24 hours from 2026-11-23T12:30:00Z, times in UTC, location here. Nothing was sent.',
      '',
      'a  https://a.example',
      '  when    cron 0 * * * * (Europe/Berlin)',
      '  rounds  22: 13:00:00, 14:00:00, 15:00:00, 16:00:00, 17:00:00, ...; 2 more fall into blackouts',
      String.raw`  blackout 2026-11-24T00:00:00Z to 2026-11-24T02:00:00Z: nights \x1b[31m`,
      '',
      '  scenario                            requests  input tokens  output tokens  seconds    USD',
      '  plain/two (row 3), ALLOWED by name         2             8             20       10  20.00',
      '',
      '  worst case                    requests  input tokens  output tokens  seconds      USD',
      '  one round                            2             8             20       15    20.00',
      '    ceiling                            9             -              -        -        -',
      '  busiest hour, 1 round                2             8             20       15    20.00',
      '    ceiling                            1             -              -        -        -',
      '  busiest day (UTC), 11 rounds        22            88            220      165   220.00',
      '    ceiling                            -             -              -        -  5000.00',
      '  does not fit: in 22 hours, the first from 2026-11-23T13:00:00Z, rounds may need 2 requests, the ceiling is 1; what is above it is not sent',
      '',
      'All targets together: 22 rounds',
      '  worst case                    requests  input tokens  output tokens  seconds     USD',
      '  24 hours                            44           176            440      330  440.00',
      '  busiest hour, 1 round                2             8             20       15   20.00',
      '    ceiling                            -             -              -        -       -',
      '  busiest day (UTC), 11 rounds        22            88            220      165  220.00',
      '    ceiling                           20             -              -        -       -',
      '  does not fit: in 2 days, the first from 2026-11-23T00:00:00Z, rounds may need 22 requests, the ceiling is 20; what is above it is not sent',
      '',
      'A scenario that fails is asked again soon after (confirm-after), inside of the same ceilings.',
      '',
    ]);
  });

  it('tells many targets that are alike together', () => {
    const names = Array.from({ length: 12 }, (_, index) => `t${index}`);
    const lines = dryRunText(run([...names.map((name) => target(name, hourly)), target('other', { cron: '5 * * * *' })])).split('\n');
    expect(lines.filter((line) => /^\S+ {2}https/.test(line))).toEqual(['t0  https://t0.example', 'other  https://other.example']);
    expect(lines[3]).toBe('  and 11 more like it: t1, t2, t3, t4, t5, ...');
  });

  it('as JSON has times for programs', () => {
    const json = dryRunJson(run([target('a', { cron: '0 14 * * *' }, { budget: { round: {}, hour: { requests: 1 }, day: {} } })])) as {
      readonly schema: string;
      readonly from: string;
      readonly targets: readonly { readonly times: readonly string[]; readonly shortages: readonly { readonly from: string }[] }[];
    };
    expect([json.schema, json.from, json.targets[0]?.times, json.targets[0]?.shortages[0]?.from]).toEqual([
      'wireproof.dry-run/v1',
      '2026-11-23T12:30:00Z',
      ['2026-11-23T14:00:00Z'],
      '2026-11-23T14:00:00Z',
    ]);
  });
});
