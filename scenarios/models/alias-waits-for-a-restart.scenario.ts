import {
  allOf,
  answer,
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

import { managementKey, shown } from '../management/operators.ts';
import { askedName, doesNotList, lists, refusedAtTheDoor, refusedByName, saidByUpstream, sendsTheSameName } from './names.ts';

/** No configuration has it before the scenario adds it. */
const newAlias = 'wireproof-alias-added-while-it-runs';

const isTaken = (sight: CallerSight): Reading =>
  sight.status === 200 ? holds() : deviates({ expected: '200: the aliases are changed', actual: inShort(sight) });

export default defineScenario({
  id: 'models/alias-waits-for-a-restart',
  title: 'An alias that was added is still unknown',
  matrixRow: 5,
  requires: ['model-registry', 'model-aliases', 'management-api'],
  remembers: true,
  diagnosis: {
    symptom: 'The alias stands in the configuration by now, and callers still get "model not found" for it, until the proxy is restarted.',
    cause:
      'The running proxy did not take the change in: another file than the loaded one was edited, the file is not watched, or the management API that should have changed it is switched off.',
    check: 'Look for the alias in GET /v1/models before and after the change; where the two lists are alike, the change did not arrive.',
    remediation:
      'Edit the file that the proxy watches, or send PATCH /v0/management/oauth-model-alias. It counts from the next request on, and requests in flight go on.',
  },
  cells: [
    ...crossing({ clients: ['openai-chat', 'anthropic-messages'], upstreams: ['codex'], streams: [false] }),
    ...crossing({ clients: ['gemini-generate', 'openai-responses'], upstreams: ['codex'], streams: [true] }),
  ],
  upstream: () => answer('text'),
  steps: ({ cell, model }) => {
    const ask = (name: string, after: readonly string[]) =>
      converse(cell, { model: name, text: 'Say ok.', maxOutputTokens: 16 }, { after });
    const listing = (after: readonly string[]) => probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models', after });
    const withAliases = (aliases: readonly unknown[], after: readonly string[]) =>
      probe({
        dialect: 'openai-chat',
        method: 'PATCH',
        path: '/v0/management/oauth-model-alias',
        credential: shown(managementKey),
        body: { json: { channel: 'codex', aliases } },
        after,
      });
    return {
      tooEarly: ask(newAlias, []),
      meanwhile: ask(model(), ['tooEarly']),
      added: withAliases([{ name: model(), alias: newAlias, fork: true, 'force-mapping': true }], ['tooEarly']),
      aliased: ask(newAlias, ['added']),
      original: ask(model(), ['added']),
      listing: listing(['added']),
      removed: withAliases([], ['aliased', 'original', 'listing']),
      tooLate: ask(newAlias, ['removed']),
      listingAfter: listing(['removed']),
    };
  },
  expectations: [
    must.behind('a-new-alias-counts-at-once', ['tooEarly', 'added', 'aliased'], ({ tooEarly, added, aliased }) =>
      allOf(refusedByName(tooEarly), isTaken(added), says(aliased, saidByUpstream)),
    ),
    must.behind('a-new-alias-leads-to-its-model', ['aliased', 'original'], ({ aliased, original }) => sendsTheSameName(aliased, original)),
    must.behind('a-new-alias-is-listed-at-once', ['listing', 'aliased'], ({ listing, aliased }) => lists(listing, askedName(aliased))),
    must.behind('a-change-of-aliases-loses-no-request', ['added', 'meanwhile', 'original'], ({ added, meanwhile, original }) =>
      allOf(isTaken(added), says(meanwhile, saidByUpstream), says(original, saidByUpstream)),
    ),
    must.behind('an-alias-that-is-taken-back-is-unknown-at-once', ['aliased', 'tooLate', 'listingAfter'], (sights) =>
      allOf(
        says(sights.aliased, saidByUpstream),
        refusedAtTheDoor(sights.tooLate),
        doesNotList(sights.listingAfter, (id) => id === newAlias, newAlias),
      ),
    ),
  ],
  remedy: { config: { 'remote-management': { 'secret-key': managementKey } } },
  symptom: {
    config: { 'remote-management': { 'secret-key': '' } },
    violates: () => [
      'a-new-alias-counts-at-once',
      'a-new-alias-leads-to-its-model',
      'a-new-alias-is-listed-at-once',
      'a-change-of-aliases-loses-no-request',
      'an-alias-that-is-taken-back-is-unknown-at-once',
    ],
  },
  live: { safe: false, because: 'it changes the aliases of the deployment' },
});
