import { describe, expect, it } from 'vitest';

import { exchange } from '#fixtures/catalogue';
import { loadScenarios } from '#scenarios/catalogue';
import type { Scenario } from '#scenarios/kit/scenario';

import { learnBaseline } from '../compare.ts';
import { driftReport, type DriftReport } from '../drift-report.ts';
import { type Sample, sampleOfExchange } from '../sample.ts';
import { noticedByRun, type NoticeOptions } from './notice-by-run.ts';

const scenarios = await loadScenarios();
const limits = scenarios.filter(({ id }) => id.startsWith('limits/') || id.startsWith('usage/'));
const before = sampleOfExchange(exchange('openai-chat/text'));

const withBody = (value: unknown): Sample => ({ ...before, body: { form: 'json', value } });
const bodyOf = ({ body }: Sample): Record<string, unknown> => (body.form === 'json' ? (body.value as Record<string, unknown>) : {});

const told = async (
  after: Sample,
  { signal = new AbortController().signal, scenarios: run = limits }: Partial<NoticeOptions> = {},
): Promise<DriftReport['changes']> => {
  const report = await driftReport(await learnBaseline([before]), [before], [after], new Map());
  return (await noticedByRun(report, [before], [after], { scenarios: run, signal })).changes;
};

/** The same scenarios, with something done whenever the proxy asks for an answer in a run. */
const whenAsked = (act: () => void): readonly Scenario[] =>
  limits.map((scenario) => ({
    ...scenario,
    upstream: (cell) => {
      const script = scenario.upstream(cell);
      return (request) => {
        if (request.token !== '') act();
        return script(request);
      };
    },
  }));

describe('noticedByRun', () => {
  it('names the first scenario, and its check, that deviates with the new answer only', async () => {
    const { usage: _usage, ...withoutUsage } = bodyOf(before);
    const changes = await told(withBody(withoutUsage));
    expect(changes.map(({ path, noticed }) => [path, noticed])).toMatchInlineSnapshot(`
      [
        [
          "body.usage",
          {
            "check": "what-the-upstream-told-is-no-estimate",
            "ran": 8,
            "scenario": "usage/statistics-stay-at-zero",
          },
        ],
      ]
    `);
  });

  it('says how many scenarios were run where none of them notices', async () => {
    const changes = await told({ ...before, headers: { ...before.headers, 'x-new': 'yes' } });
    expect(changes.map(({ path, noticed }) => [path, noticed])).toMatchInlineSnapshot(`
      [
        [
          "headers.x-new",
          {
            "ran": 8,
          },
        ],
      ]
    `);
  });

  it('plays the new answer as what it answers, also where its recorder could not tell', async () => {
    const { surface: _surface, ...untold } = { ...before, headers: { ...before.headers, 'x-new': 'yes' } };
    expect((await told(untold)).map(({ noticed }) => noticed)).toEqual([{ ran: 8 }]);
  });

  it('runs nothing after a signal', async () => {
    const { usage: _usage, ...withoutUsage } = bodyOf(before);
    const changes = await told(withBody(withoutUsage), { signal: AbortSignal.abort() });
    expect(changes.map(({ noticed }) => noticed)).toEqual(changes.map(() => undefined));
  });

  it('says nothing of runs that a signal stopped', async () => {
    const stop = new AbortController();
    const scenarios = whenAsked(() => stop.abort());
    const changes = await told({ ...before, headers: { ...before.headers, 'x-new': 'yes' } }, { scenarios, signal: stop.signal });
    expect([stop.signal.aborted, changes.map(({ path, noticed }) => [path, noticed])]).toEqual([true, [['headers.x-new', undefined]]]);
  });
});
