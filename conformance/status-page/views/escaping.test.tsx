import { describe, expect, it } from 'vitest';

import { loadPage } from '../load-page.ts';
import { servedLinks, type Place } from '../place.ts';
import { renderPage } from '../render.tsx';
import { attack, hostileSample } from '../testing/hostile-sample.ts';
import { sampleCanary } from '../testing/sample-canary.ts';

const hostile = hostileSample(sampleCanary());
const failing = hostile.content.results.find(({ verdict }) => verdict === 'fail');
const incident = hostile.content.incidents[0];

const places: readonly Place[] = [
  { path: [], query: { q: attack, label: `team:${attack}` } },
  { path: [] },
  { path: ['targets', hostile.watched.targets[1]?.name ?? ''], query: { scenario: attack, after: attack } },
  { path: ['targets', hostile.watched.targets[1]?.name ?? ''] },
  { path: ['rows'] },
  { path: ['rows', '9'] },
  { path: ['incidents'], query: { target: attack } },
  { path: ['incidents', incident?.id ?? ''] },
  { path: ['rounds', failing?.round ?? ''] },
  { path: ['results', failing?.id ?? ''] },
];

/** Control and direction characters. */
const actingCharacter = /[^\P{Cc}\n]|[\u202a-\u202e\u2028\u2066-\u2069]/u;

const documentOf = async (place: Place): Promise<string> => {
  const model = await loadPage(hostile, place);
  if (model === undefined) throw new Error(`there is no page at ${place.path.join('/')}`);
  return renderPage(model, { links: servedLinks(place), now: hostile.now, title: hostile.watched.title, liveSince: 'x-1' });
};

/** Names of elements and of attributes that a document has: what its text could add by breaking out. */
const markupOf = (document: string): { readonly elements: ReadonlySet<string>; readonly attributes: ReadonlySet<string> } => {
  const elements = new Set<string>();
  const attributes = new Set<string>();
  for (const [, name = '', rest = ''] of document.matchAll(/<([a-zA-Z][^\s>/]*)((?:[^>"]|"[^"]*")*)>/g)) {
    elements.add(name);
    for (const [, attribute = ''] of rest.replaceAll(/"[^"]*"/g, '""').matchAll(/([^\s=]+)(?:=""|(?=\s|$))/g)) attributes.add(attribute);
  }
  return { elements, attributes };
};

describe('what a target says', () => {
  it.each(places.map((place) => [`/${place.path[0] ?? ''}`, place] as const))('is text on %s, and nothing else', async (_name, place) => {
    const document = await documentOf(place);
    const { elements, attributes } = markupOf(document);
    expect([...elements].filter((name) => ['img', 'iframe', 'style', 'object', 'base'].includes(name))).toEqual([]);
    expect([...attributes].filter((name) => name.startsWith('on') || name === 'autofocus' || name === 'style')).toEqual([]);
    expect(document.match(/<script/g)).toHaveLength(1);
    // What stands in a field of the form must come back as it was; it is no text of the page.
    expect(actingCharacter.exec(document.replaceAll(/<input[^>]*value="[^"]*"/g, ''))?.index).toBeUndefined();
  });

  it('is bounded', async () => {
    const endless = 'long '.repeat(200_000);
    const results = hostile.content.results.map((result) =>
      result.id === failing?.id
        ? {
            ...result,
            reason: endless,
            evidence: {
              checks: [{ id: endless, level: 'must' as const, expected: endless, actual: endless, evidence: endless }],
              curl: endless,
              trace: Array.from({ length: 5_000 }, () => endless),
            },
          }
        : result,
    );
    const history = { ...hostile.history, result: async (id: string) => results.find((one) => one.id === id) };
    const model = await loadPage({ ...hostile, history }, { path: ['results', failing?.id ?? ''] });
    if (model === undefined) throw new Error('there is no such page');
    const document = renderPage(model, { links: servedLinks({ path: ['results', 'x'] }), now: hostile.now, title: 'x' });
    expect(document.length).toBeLessThan(120_000);
    expect(document).toContain('more characters)');
    expect(document).toContain('… 4800 more lines');
  });

  it('breaks nothing with halves of characters', async () => {
    const name = 'half\ud800';
    const watched = { ...hostile.watched, targets: [{ name, labels: {}, scenarios: [], budget: { hour: {}, day: {} } }] };
    const model = await loadPage({ ...hostile, watched }, { path: [] });
    if (model === undefined) throw new Error('there is no such page');
    expect(renderPage(model, { links: servedLinks({ path: [] }), now: hostile.now, title: 'x' })).toContain(
      'href="./targets/half%EF%BF%BD"',
    );
  });
});
