import { expect, it } from 'vitest';

import { exchangeIds } from '#fixtures/catalogue';
import { loadScenarios } from '#scenarios/catalogue';

import { noticedBy, scenariosByExchange } from './noticing.ts';

const scenarios = await loadScenarios();
const first = scenariosByExchange(scenarios);

it('names scenarios and exchanges that exist', () => {
  const ids = new Set(scenarios.map(({ id }) => id));
  expect([...first.values()].filter((id) => !ids.has(id))).toEqual([]);
  const known = new Set(exchangeIds());
  expect([...first.keys()].filter((id) => known.has(id)).length).toBeGreaterThan(30);
});

it('names the scenario that plays the sample, else one of the surface, else none', () => {
  const plays = new Map([
    ['openai-chat/text', 'a/one'],
    ['openai-chat/text.stream', 'a/two'],
    ['codex/text', 'b/three'],
  ]);
  const named = (surface: string, ...seenIn: readonly string[]) => noticedBy(plays, { surface, seenIn });
  expect([
    named('codex', 'x', 'codex/text'),
    named('openai-chat', 'mine/hello.stream'),
    named('openai-chat', 'mine/hello'),
    named('iflow', 'mine/hello'),
  ]).toEqual(['b/three', 'a/two', 'a/one', undefined]);
});
