import {
  answer,
  crossing,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  probe,
  says,
  should,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';
import { answerOnSocket, websocket } from '#scenarios/kit/actions/websocket';

import { askedName, listedIds, lists, nobodysModel, sendsTheSameName } from '../models/names.ts';
import { codexBody, codexVersion, create, saidByUpstream, userSays } from './asking.ts';
import { catalogueHas, isCatalogue, namesTheSame, slugsOf } from './catalogue.ts';

const upstreamName = 'claude-opus-4-6-thinking';
const bridge = [{ name: upstreamName, alias: `gemini-${upstreamName}`, fork: true, 'force-mapping': true }];

/** Codex tries a 5xx four times more, and gives up at once on a 4xx (sheet row 18 c). */
const isRefusedForGood = (sight: CallerSight): Reading =>
  sight.status >= 400 && sight.status < 500 && sight.bodyText.includes(`wireproof-unknown-${sight.token}`)
    ? holds()
    : deviates({ expected: 'a refusal below 500 that names the model', actual: inShort(sight) });

/** What a deployment's names lead to is row 7's question; here it is whether Codex is shown them. */
const elsewhereLive = { canary: false } as const;

export default defineScenario({
  id: 'codex-cli/claude-is-not-listed',
  title: 'Cannot use Claude Models in Codex CLI',
  matrixRow: 18,
  requires: ['model-registry', 'model-aliases', 'codex-client', 'responses-websocket'],
  diagnosis: {
    symptom:
      'Codex does not offer a Claude model, or ends with "unknown provider for model" or model_not_found, over HTTP and over WebSocket, although the account works elsewhere.',
    cause:
      'The name that Codex is configured with is no name of the proxy: oauth-model-alias has no entry for the channel of the account, or stands under another channel.',
    check:
      'Compare GET /v1/models with GET /v1/models?client_version=0.169.0, which is what Codex reads, and look for the whole name. Searching for "claude" finds parts of other names, and Anthropic’s list may be disguised.',
    remediation:
      'Add the name under oauth-model-alias of the account’s channel with fork: true, the small model of side-calls too; the file is read again by itself. Then look for the name in both lists.',
  },
  cells: crossing({ clients: ['openai-responses'], upstreams: ['antigravity'], streams: [true] }),
  upstream: () => answer('text'),
  steps: ({ model }) => {
    const alias = model('alias');
    const ask = (name: string) => ({ model: name, input: [userSays('Say ok.')] });
    const post = (name: string) =>
      probe({
        dialect: 'openai-responses',
        path: '/v1/responses',
        body: { json: codexBody(ask(name)) },
        stream: true,
        maxOutputTokens: 16,
      });
    const list = (path: string, headers: Readonly<Record<string, string>> = {}) =>
      probe({ dialect: 'openai-responses', method: 'GET', path, headers });
    return {
      listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models' }),
      catalogue: list(`/v1/models?client_version=${codexVersion}`),
      anthropicListing: list('/v1/models', { 'anthropic-version': '2023-06-01' }),
      posted: post(alias),
      original: post(model()),
      onSocket: websocket([create(ask(alias))]),
      unknown: post(nobodysModel),
      unknownOnSocket: websocket([create(ask(nobodysModel))]),
    };
  },
  expectations: [
    must('the-list-for-codex-has-what-codex-reads', ['catalogue'], ({ catalogue }) => isCatalogue(catalogue)),
    must('the-list-for-codex-names-the-same-models', ['catalogue', 'listing'], ({ catalogue, listing }) =>
      namesTheSame(slugsOf(catalogue), listing),
    ),
    must('a-bridged-claude-model-is-in-the-list-for-codex', ['catalogue', 'posted'], ({ catalogue, posted }) =>
      catalogueHas(catalogue, askedName(posted)),
    ),
    must('a-bridged-claude-model-is-in-the-plain-list', ['listing', 'posted'], ({ listing, posted }) => lists(listing, askedName(posted)), {
      canary: false,
    }),
    should(
      'anthropics-list-has-no-names-of-its-own',
      ['anthropicListing', 'listing'],
      ({ anthropicListing, listing }) => namesTheSame(listedIds(anthropicListing), listing),
      elsewhereLive,
    ),
    must('a-bridged-claude-model-answers-codex', ['posted'], ({ posted }) => says(posted, saidByUpstream), elsewhereLive),
    must(
      'a-bridged-claude-model-answers-on-a-websocket',
      ['onSocket'],
      ({ onSocket }) => says(answerOnSocket(onSocket), saidByUpstream),
      elsewhereLive,
    ),
    must.behind('the-upstream-hears-its-own-name-either-way', ['onSocket', 'original'], ({ onSocket, original }) =>
      sendsTheSameName(onSocket, original),
    ),
    must('a-name-that-nobody-serves-is-refused-for-good', ['unknown'], ({ unknown }) => isRefusedForGood(unknown), elsewhereLive),
    must(
      'a-name-that-nobody-serves-is-refused-for-good-on-a-websocket',
      ['unknownOnSocket'],
      ({ unknownOnSocket }) => isRefusedForGood(answerOnSocket(unknownOnSocket)),
      elsewhereLive,
    ),
  ],
  remedy: { config: { 'oauth-model-alias': { antigravity: bridge } } },
  symptom: {
    violates: () => [
      'a-bridged-claude-model-is-in-the-list-for-codex',
      'a-bridged-claude-model-is-in-the-plain-list',
      'a-bridged-claude-model-answers-codex',
      'a-bridged-claude-model-answers-on-a-websocket',
      'the-upstream-hears-its-own-name-either-way',
      'a-name-that-nobody-serves-is-refused-for-good',
      'a-name-that-nobody-serves-is-refused-for-good-on-a-websocket',
    ],
    // The build of the page says 502, with the bridge under a channel that does not serve the model.
    config: { persona: 'cliproxyapi-2026-02', 'oauth-model-alias': { antigravity: [], claude: bridge } },
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000 },
});
