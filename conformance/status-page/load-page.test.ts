import { describe, expect, it } from 'vitest';

import { loadPage } from './load-page.ts';
import type { Place } from './place.ts';
import type { PageKind, PageModels } from './render.tsx';
import { sampleCanary } from './testing/sample-canary.ts';

const sample = sampleCanary();

const load = async <Kind extends PageKind>(kind: Kind, place: Place, size?: number): Promise<PageModels[Kind]> => {
  const model = await loadPage(sample, place, size);
  if (model?.kind !== kind) throw new Error(`expected ${kind}, got ${model?.kind ?? 'nothing'}`);
  return model.page as PageModels[Kind];
};
const namesOf = async (query: NonNullable<Place['query']>, size?: number): Promise<readonly string[]> =>
  (await load('overview', { path: [], query }, size)).targets.map(({ target }) => target.name);

describe('the overview', () => {
  it('shows what is worst first, and counts all', async () => {
    const overview = await load('overview', { path: [] });
    expect(overview.targets.map(({ target, standing, latencyMs }) => [target.name, standing.health, latencyMs !== undefined])).toEqual([
      ['gateway-us', 'failing', true],
      ['staging', 'degraded', true],
      ['gateway-eu', 'healthy', true],
    ]);
    expect(overview.counts).toEqual({ healthy: 1, degraded: 1, failing: 1, unknown: 0 });
    expect(overview.openIncidents.map(({ id }) => id)).toEqual(['incident-2']);
    expect(overview.filters).toEqual([
      { name: 'region', values: ['eu-west-1', 'us-east-1'] },
      { name: 'team', values: ['platform'] },
      { name: 'stage', values: ['production', 'staging'] },
    ]);
  });

  it('says of each row how it stands', async () => {
    const [worst] = (await load('overview', { path: [] })).targets;
    expect(worst?.rows.map(({ row, standing }) => [row, standing.health])).toEqual([
      [1, 'healthy'],
      [2, 'healthy'],
      [5, 'healthy'],
      [9, 'failing'],
      [12, 'healthy'],
      [17, 'healthy'],
      [19, 'healthy'],
      ['rate-limits', 'healthy'],
    ]);
  });

  it('shows what all targets together spent, where a ceiling over all is known', async () => {
    const { spending } = await load('overview', { path: [] });
    expect([spending?.spent.day.requests, spending?.budget.day.requests]).toEqual([588, 20_000]);
    const { budget: _none, ...watched } = sample.watched;
    const model = await loadPage({ ...sample, watched }, { path: [] });
    expect(model?.kind === 'overview' && 'spending' in model.page).toBe(false);
  });

  it.each([
    [{ state: 'failing' }, ['gateway-us']],
    [{ label: 'region:eu-west-1' }, ['staging', 'gateway-eu']],
    [{ label: 'stage:production', state: 'healthy' }, ['gateway-eu']],
    [{ q: ' GATE ' }, ['gateway-us', 'gateway-eu']],
    [{ label: 'no-such-label:x' }, []],
  ])('filters by %j', async (query, names) => {
    expect(await namesOf(query)).toEqual(names);
  });

  it.each([{ state: 'nonsense' }, { label: 'nonsense' }, { q: '  ' }, { page: '-1' }, { page: '0x1' }])(
    'leaves out what it does not understand: %j',
    async (query) => {
      expect(await namesOf(query)).toHaveLength(3);
    },
  );

  it('comes in parts', async () => {
    expect([await namesOf({}, 2), await namesOf({ page: '2' }, 2), await namesOf({ page: '3' }, 2)]).toEqual([
      ['gateway-us', 'staging'],
      ['gateway-eu'],
      [],
    ]);
    expect(await load('overview', { path: [], query: { page: '2' } }, 2)).toMatchObject({ matching: 3, pages: 2 });
  });
});

describe('the page of a target', () => {
  it('has its rounds in parts that follow on each other', async () => {
    const first = await load('target', { path: ['targets', 'staging'] });
    const second = await load('target', { path: ['targets', 'staging'], query: { after: first.rounds.next } });
    const third = await load('target', { path: ['targets', 'staging'], query: { after: second.rounds.next } });
    const rounds = [first, second, third].flatMap((page) => page.rounds.items.map(({ id }) => id));
    expect(rounds).toEqual(sample.content.rounds.filter(({ target }) => target === 'staging').map(({ id }) => id));
    expect([first, second, third].map(({ rounds: { continued, next } }) => [continued, next !== undefined])).toEqual([
      [false, true],
      [true, true],
      [true, false],
    ]);
  });

  it.each([
    ['day', 48],
    ['week', 56],
    ['quarter', 45],
  ])('asks for a %s in at most %d points', async (range, most) => {
    const { series } = await load('target', { path: ['targets', 'staging'], query: { range } });
    expect((series.to - series.from) / series.widthMs).toBe(most);
    expect(series.to).toBeGreaterThanOrEqual(sample.now);
  });

  it('draws one scenario alone when it is asked to', async () => {
    const scenario = sample.content.results[0]?.scenario ?? '';
    const [all, one] = await Promise.all([
      load('target', { path: ['targets', 'staging'] }),
      load('target', { path: ['targets', 'staging'], query: { scenario } }),
    ]);
    const checks = (page: typeof all) => page.series.points.reduce((sum, { pass, fail }) => sum + pass + fail, 0);
    expect(checks(all)).toBe(8 * checks(one));
  });
});

describe('other pages', () => {
  it.each([
    ['targets', 'nobody'],
    ['rows', '99'],
    ['rows', '3'],
    ['rows', '__proto__'],
    ['incidents', 'none'],
    ['rounds', 'none'],
    ['results', 'none'],
    ['nonsense', 'x'],
  ])('has none at /%s/%s', async (kind, id) => {
    expect(await loadPage(sample, { path: [kind, id] })).toBeUndefined();
  });

  it('lists open incidents, or all, or those of a target', async () => {
    const idsOf = async (query: NonNullable<Place['query']>) =>
      (await load('incidents', { path: ['incidents'], query })).incidents.items.map(({ id }) => id);
    expect([await idsOf({}), await idsOf({ state: 'all' }), await idsOf({ state: 'all', target: 'gateway-eu' })]).toEqual([
      ['incident-2'],
      ['incident-2', 'incident-1'],
      ['incident-1'],
    ]);
  });

  it('tells the story of an incident in the order of time', async () => {
    const { timeline } = await load('incident', { path: ['incidents', 'incident-2'] });
    expect(timeline.map(({ kind }) => kind)).toEqual([
      'result',
      'result',
      'opened',
      'delivered',
      'result',
      'result',
      'result',
      'result',
      'result',
    ]);
    expect(timeline.map(({ at }) => at)).toEqual(timeline.map(({ at }) => at).toSorted((a, b) => a - b));
  });

  it('shows a row with what it is about and how the targets stand', async () => {
    const page = await load('row', { path: ['rows', '9'] });
    expect(page.scenarios.map(({ row }) => row)).toEqual([9]);
    expect(page.targets.map(({ name, standing }) => [name, standing.health])).toEqual([
      ['gateway-eu', 'healthy'],
      ['gateway-us', 'failing'],
      ['staging', 'healthy'],
    ]);
  });

  it('shows a section of the page as it shows a row', async () => {
    expect((await load('row', { path: ['rows', 'rate-limits'] })).row).toBe('rate-limits');
  });
});
