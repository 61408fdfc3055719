import { virtualClock } from '../../conformance/canary/clock.ts';
import type { DayOfRow } from '../../conformance/history/store.ts';
import { loadPage } from '../../conformance/status-page/load-page.ts';
import type { Source } from '../../conformance/status-page/model/source.ts';
import { servedLinks } from '../../conformance/status-page/place.ts';
import { renderPage } from '../../conformance/status-page/render.tsx';
import { serveCanary } from '../../conformance/status-page/serve.ts';
import { statusPageRoutes } from '../../conformance/status-page/status-page.ts';
import { findBrowser, launchBrowser, whyNoBrowser } from '../../conformance/status-page/testing/browser.ts';
import { memoryHistory } from '../../conformance/status-page/testing/memory-history.ts';
import { sampleCanary } from '../../conformance/status-page/testing/sample-canary.ts';
import { seededNumbers } from '../../conformance/status-page/testing/seeded-numbers.ts';
import { day } from '../../conformance/status-page/words.ts';
import type { Goal, Measure, MeasureContext, MeasureReport } from '../measure.ts';
import { median } from '../statistics.ts';
import { medianOf } from '../wording.ts';

const targetCount = 100;
const rowCount = 20;
const dayCount = 90;

const renderGoalMs = 200;
const paintGoalMs = 1_000;

const targetName = (index: number): string => `gateway-${String(index).padStart(3, '0')}`;

/** Of one target: a bad day now and then, so that bars are not all alike. */
const daysOf = (target: string, now: number, next: () => number): readonly DayOfRow[] =>
  Array.from({ length: rowCount * dayCount }, (_, index) => {
    const luck = next();
    const fail = luck > 0.99 ? 40 : luck > 0.95 ? 3 : 0;
    const back = Math.floor(index / rowCount);
    return {
      target,
      row: (index % rowCount) + 1,
      day: Math.floor(now / day) * day - back * day,
      pass: 96 - fail,
      warned: 0,
      fail,
      other: 0,
    };
  });

/** As many targets, rows and days as the goal says, in memory and found by name as a database's index finds them. */
const largeCanary = (): Source => {
  const { now, content, watched } = sampleCanary();
  const next = seededNumbers(7);
  const names = Array.from({ length: targetCount }, (_, index) => targetName(index));
  const [template] = watched.scenarios.values();
  const state = content.states[0];
  const latest = content.results[0];
  if (template === undefined || state === undefined || latest === undefined) throw new Error('the sample is empty');
  const scenarios = Array.from({ length: rowCount }, (_, index) => ({ ...template, id: `row/${index + 1}`, row: index + 1 }));
  const ofTarget = new Map(
    names.map((target) => [
      target,
      {
        days: daysOf(target, now, next),
        results: scenarios.map(({ id, row }) => ({
          ...latest,
          id: `${target}/${id}`,
          target,
          scenario: id,
          row,
          totalMs: 300 + next() * 900,
        })),
      },
    ]),
  );
  const states = names.flatMap((target) =>
    scenarios.map(({ id, row }) => ({
      ...state,
      target,
      scenario: id,
      row,
      health: next() > 0.98 ? ('failing' as const) : ('healthy' as const),
    })),
  );
  return {
    now,
    watched: {
      title: 'Gateways',
      targets: names.map((name) => ({
        name,
        region: 'eu-west-1',
        labels: { team: 'platform' },
        scenarios: scenarios.map(({ id }) => id),
        budget: { hour: {}, day: {} },
      })),
      scenarios: new Map(scenarios.map((one) => [one.id, one])),
    },
    history: {
      ...memoryHistory({ ...content, states, results: [], incidents: [] }),
      days: async ({ target }) => ofTarget.get(target ?? '')?.days ?? [],
      results: async ({ target } = {}) => ofTarget.get(target ?? '')?.results ?? [],
    },
  };
};

/** Everything on one page. */
const wholePage = async (source: Source): Promise<string> => {
  const model = await loadPage(source, { path: [] }, targetCount);
  if (model === undefined) throw new Error('there is no overview');
  return renderPage(model, { links: servedLinks({ path: [] }), now: source.now, title: 'Gateways', liveSince: 'bench-0' });
};

const checkWhole = (html: string): void => {
  const articles = html.split('<article ').length - 1;
  const bars = html.split('<svg class="bar"').length - 1;
  if (articles !== targetCount || bars < targetCount * (rowCount + 1)) throw new Error(`the page has ${articles} targets and ${bars} bars`);
};

const timeRenders = async (source: Source, times: number): Promise<{ readonly ms: readonly number[]; readonly html: string }> => {
  const ms: number[] = [];
  let html = '';
  for (let turn = 0; turn < times; turn += 1) {
    const begun = performance.now();
    html = await wholePage(source);
    ms.push(performance.now() - begun);
  }
  checkWhole(html);
  return { ms, html };
};

interface Paints {
  readonly served: readonly number[];
  readonly whole: readonly number[];
}

/** Milliseconds, as soon as there is a paint. Waiting by polling would want `eval`, which the page's own policy refuses. */
const paintOf = `new Promise((resolve) => {
  new PerformanceObserver((list) => {
    const [first] = list.getEntriesByName('first-contentful-paint');
    if (first !== undefined) resolve(first.startTime);
  }).observe({ type: 'paint', buffered: true });
})`;

/** A new browser context for each look: nothing is cached. */
const timePaints = async (executable: string, source: Source, html: string, times: number): Promise<Paints> => {
  const stop = new AbortController();
  const served = await serveCanary({
    host: '127.0.0.1',
    port: 0,
    title: 'Gateways',
    signal: stop.signal,
    routes: [
      statusPageRoutes({ history: source.history, watched: () => source.watched, clock: virtualClock(source.now) }),
      (app) => app.get('/whole', (_request, reply) => reply.type('text/html; charset=utf-8').send(html)),
    ],
  });
  const browser = await launchBrowser(executable);
  const look = async (path: string): Promise<number> => {
    const context = await browser.newContext({ viewport: { width: 1_200, height: 900 } });
    const page = await context.newPage();
    await page.goto(`${served.url}${path}`, { waitUntil: 'load' });
    const ms = Number(await page.evaluate(paintOf));
    await context.close();
    return ms;
  };
  try {
    const paints = { served: [] as number[], whole: [] as number[] };
    await look('/');
    for (let turn = 0; turn < times; turn += 1) {
      paints.served.push(await look('/'));
      paints.whole.push(await look('/whole'));
    }
    return paints;
  } finally {
    await browser.close();
    await served.close();
  }
};

const paintGoal = (paints: Paints | undefined): Goal => ({
  what: 'first contentful paint of the overview in Chromium, 100 targets × 20 rows on one page',
  goal: `under ${paintGoalMs / 1_000} s`,
  kind: 'speed',
  ...(paints === undefined
    ? { met: undefined, measured: whyNoBrowser }
    : { met: median(paints.whole) < paintGoalMs, measured: medianOf(paints.whole, 'ms') }),
});

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const source = largeCanary();
  // The first ones are slower: the code is not compiled yet. A canary runs for years.
  const first = await timeRenders(source, 1);
  await timeRenders(source, context.quick ? 2 : 5);
  const { ms, html } = await timeRenders(source, context.quick ? 5 : 31);
  context.signal.throwIfAborted();
  const executable = findBrowser(context.env);
  const paints = executable === undefined ? undefined : await timePaints(executable, source, html, context.quick ? 3 : 15);
  return {
    tables: [
      {
        caption: `The overview of ${targetCount} targets × ${rowCount} rows × ${dayCount} days: median (min–max)`,
        head: ['what', 'figure'],
        rows: [
          ['rendered by the server, everything on one page', medianOf(ms, 'ms')],
          ['the same, the first time in a new process', medianOf(first.ms, 'ms')],
          ['size of that page', `${Math.round(Buffer.byteLength(html) / 1_024)} KiB`],
          ...(paints === undefined
            ? []
            : [
                ['first contentful paint of that page', medianOf(paints.whole, 'ms')],
                ['first contentful paint as it is served (25 targets a page)', medianOf(paints.served, 'ms')],
              ]),
        ],
      },
    ],
    goals: [
      {
        what: 'server-side render of the overview, 100 targets × 20 rows × 90 days',
        goal: `under ${renderGoalMs} ms`,
        kind: 'speed',
        met: median(ms) < renderGoalMs,
        measured: medianOf(ms, 'ms'),
      },
      paintGoal(paints),
    ],
    notes: [
      'The render is from what the history answers to the text of the page; the history is in memory, so no database is in the figure. The paint is timed by the browser from the start of the navigation, over loopback, with nothing cached, in a new browser context each time.',
    ],
  };
};

export const measure: Measure = { name: 'status-page', title: 'The status page', order: 14, run };
