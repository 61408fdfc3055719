import {
  answer,
  cannotTell,
  converse,
  crossing,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  probe,
  says,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import { askedName, doesNotList, lists, listsSomething, refusedAtTheDoor, saidByUpstream } from './names.ts';

/** Live, a name that is known and fails is another row's: its account may rest, and is then not listed either. */
const ofUnknownNames = (sight: CallerSight, reading: Reading): Reading =>
  sight.live === true && reading.kind !== 'holds' && ![400, 404, 502].includes(sight.status)
    ? cannotTell('prerequisite-failed', `no refusal of an unknown name: ${inShort(sight)}`)
    : reading;

/** Which models a deployment excludes is its own business. */
const ofTheDeployment = { canary: false } as const;

const upstreamName = 'claude-opus-4-6-thinking';
const bridge = { antigravity: [{ name: upstreamName, alias: `gemini-${upstreamName}`, fork: true }] };

/** 400 or 404, in whichever envelope: client libraries try a 5xx again. */
const isTheCallersMistake = (sight: CallerSight): Reading =>
  [400, 404].includes(sight.status) && sight.bodyText.includes(askedName(sight))
    ? holds()
    : deviates({ expected: `400 or 404 that names ${askedName(sight)}`, actual: inShort(sight) });

/** Row 7 with the alias in its place: exclusions are matched on the upstream's names before any alias is made (sheet R7 (e) 8 and 9). */
export default defineScenario({
  id: 'models/exclusion-takes-the-bridge-away',
  title: 'The bridge to an Antigravity model is configured and unknown all the same',
  matrixRow: 7,
  requires: ['model-registry', 'model-aliases', 'model-exclusions'],
  diagnosis: {
    symptom:
      'gemini-claude-opus-4-6-thinking is refused with "unknown provider for model", although oauth-model-alias has it under antigravity.',
    cause:
      'oauth-excluded-models takes the upstream’s own model away, for example with *thinking*. It is looked at before aliases are made, so that the alias has nothing to lead to.',
    check:
      'Look for both whole names in GET /v1/models. Neither is there: hold every pattern of the channel against the upstream’s own name.',
    remediation:
      'Narrow the pattern. One that matches only the alias, such as gemini-claude-*, hides nothing: the alias is no name of the upstream.',
  },
  cells: crossing({
    clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
    upstreams: ['antigravity'],
    streams: [false],
  }),
  upstream: () => answer('text'),
  steps: ({ cell, model }) => {
    const ask = (name: string) => converse(cell, { model: name, text: 'Say ok.', maxOutputTokens: 16 });
    return {
      bridged: ask(model('alias')),
      original: ask(model()),
      hidden: ask(model('excluded')),
      listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models' }),
    };
  },
  expectations: [
    must('a-bridge-beside-an-exclusion-is-answered', ['bridged'], ({ bridged }) => ofUnknownNames(bridged, says(bridged, saidByUpstream))),
    must('a-bridge-beside-an-exclusion-is-listed', ['listing', 'bridged'], ({ listing, bridged }) =>
      ofUnknownNames(bridged, lists(listing, askedName(bridged))),
    ),
    must('the-own-name-beside-an-exclusion-is-answered', ['original'], ({ original }) =>
      ofUnknownNames(original, says(original, saidByUpstream)),
    ),
    must('an-excluded-name-is-the-callers-mistake', ['hidden'], ({ hidden }) => isTheCallersMistake(hidden), ofTheDeployment),
    must.behind('an-excluded-name-is-refused-at-the-door', ['hidden'], ({ hidden }) => refusedAtTheDoor(hidden)),
    must(
      'an-excluded-name-is-not-in-the-list',
      ['listing', 'hidden'],
      ({ listing, hidden }) => doesNotList(listing, (id) => id === askedName(hidden), askedName(hidden)),
      ofTheDeployment,
    ),
    must('a-list-beside-an-exclusion-can-be-read', ['listing'], ({ listing }) => listsSomething(listing)),
  ],
  remedy: { config: { 'oauth-model-alias': bridge, 'oauth-excluded-models': { antigravity: ['gemini-*'] } } },
  symptom: {
    // The newer build refuses what it does not know with 400, where the one of the page has 502.
    config: {
      persona: 'cliproxyapi-2026-08',
      'oauth-model-alias': bridge,
      'oauth-excluded-models': { antigravity: ['gemini-*', '*thinking*'] },
    },
    violates: ({ client }) => [
      'a-bridge-beside-an-exclusion-is-answered',
      'a-bridge-beside-an-exclusion-is-listed',
      'the-own-name-beside-an-exclusion-is-answered',
      ...(client === 'gemini-generate' ? ['an-excluded-name-is-refused-at-the-door'] : []),
    ],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000, round: 'thorough' },
});
