import { answer, crossing, defineScenario, must, probe, says } from '#scenarios/kit/index';
import { answerOnSocket, websocket } from '#scenarios/kit/actions/websocket';

import { askedName, lists } from '../models/names.ts';
import { codexBody, codexVersion, create, saidByUpstream, userSays } from './asking.ts';
import { catalogueHas } from './catalogue.ts';

const ownAliases = { codex: [{ name: 'gpt-5.3-codex', alias: 'house-codex', fork: true }] };

/** Sheet row 18 (d): the usual cause. Default names are added only where the configuration has no aliases at all. */
export default defineScenario({
  id: 'codex-cli/own-aliases-switch-the-bridge-off',
  title: 'Claude models vanish from Codex when an alias for something else is added',
  matrixRow: 18,
  requires: ['default-aliases', 'model-registry', 'codex-client', 'responses-websocket'],
  diagnosis: {
    symptom:
      'gemini-claude-… worked without any configuration. Since oauth-model-alias got its first entry, for another channel, Codex fails with an unknown model.',
    cause:
      'The proxy adds its default names only where oauth-model-alias does not exist. A section of one’s own, however small, replaces them all.',
    check:
      'Look for oauth-model-alias in config.yaml: is it there and has no antigravity, the defaults are off. GET /v1/models lists none of their names.',
    remediation:
      'Write the entries for antigravity beside the own ones, or remove the section to have the defaults again; then look at /v1/models.',
  },
  cells: crossing({ clients: ['openai-responses'], upstreams: ['antigravity'], streams: [true] }),
  upstream: () => answer('text'),
  steps: ({ model }) => {
    const question = { model: model('alias'), input: [userSays('Say ok.')] };
    return {
      listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models' }),
      catalogue: probe({ dialect: 'openai-responses', method: 'GET', path: `/v1/models?client_version=${codexVersion}` }),
      posted: probe({
        dialect: 'openai-responses',
        path: '/v1/responses',
        body: { json: codexBody(question) },
        stream: true,
        maxOutputTokens: 16,
      }),
      onSocket: websocket([create(question)]),
    };
  },
  expectations: [
    must('a-default-name-is-listed', ['listing', 'posted'], ({ listing, posted }) => lists(listing, askedName(posted))),
    must('a-default-name-is-in-the-list-for-codex', ['catalogue', 'posted'], ({ catalogue, posted }) =>
      catalogueHas(catalogue, askedName(posted)),
    ),
    must('a-default-name-is-answered', ['posted'], ({ posted }) => says(posted, saidByUpstream)),
    must('a-default-name-is-answered-on-a-websocket', ['onSocket'], ({ onSocket }) => says(answerOnSocket(onSocket), saidByUpstream)),
  ],
  // No section of aliases at all.
  remedy: { config: { 'default-model-aliases': true, 'oauth-model-alias': undefined } },
  symptom: {
    violates: () => [
      'a-default-name-is-listed',
      'a-default-name-is-in-the-list-for-codex',
      'a-default-name-is-answered',
      'a-default-name-is-answered-on-a-websocket',
    ],
    config: { 'default-model-aliases': true, 'oauth-model-alias': { ...ownAliases, antigravity: [], iflow: [] } },
  },
  live: {
    safe: false,
    because: 'which names a deployment adds by default is its own business; the names in use are looked for under row 18',
  },
});
