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
  should,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import {
  askedName,
  carriesTheAskedName,
  doesNotList,
  lists,
  nobodysModel,
  refusedAtTheDoor,
  saidByUpstream,
  sendsTheSameName,
} from './names.ts';

const upstreamName = 'claude-opus-4-6-thinking';
const bridge = [{ name: upstreamName, alias: `gemini-${upstreamName}`, fork: true, 'force-mapping': true }];

/** 5xx makes client libraries and gateways try again (sheet R7 (e) 12): one wrong name, three requests. */
const isNoServerError = (sight: CallerSight): Reading =>
  sight.status >= 500 || !sight.bodyText.includes(askedName(sight))
    ? deviates({ expected: `a refusal of ${askedName(sight)} below 500`, actual: inShort(sight) })
    : holds();

const allSay = (...sights: readonly CallerSight[]): Reading => allOf(...sights.map((sight) => says(sight, saidByUpstream)));

export default defineScenario({
  id: 'models/antigravity-bridge-is-missing',
  title: '502 unknown provider for model gemini-claude-opus-4-6-thinking',
  matrixRow: 7,
  requires: ['model-registry', 'model-aliases', 'reasoning-suffix'],
  diagnosis: {
    symptom:
      'gemini-claude-opus-4-6-thinking fails with 502 "unknown provider for model", in every dialect and for streams too, although the Antigravity account works.',
    cause:
      'Tools ask for the gemini-claude-… names that older builds added to the configuration by themselves. Since v6.8.0 nobody adds them: oauth-model-alias has no entry for antigravity, or it stands under another channel.',
    check:
      'Look for both whole names in GET /v1/models. Only the upstream’s own name: this row. Only the alias: it lacks fork. Neither: the account, its inventory or an exclusion.',
    remediation:
      'Add name claude-opus-4-6-thinking, alias gemini-claude-opus-4-6-thinking, fork: true and force-mapping: true under oauth-model-alias.antigravity, or ask for the upstream’s own name.',
  },
  cells: crossing({
    clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
    upstreams: ['antigravity'],
    streams: [false, true],
  }),
  upstream: () => answer('text'),
  steps: ({ cell, model }) => {
    const ask = (name: string) => converse(cell, { model: name, text: 'Say ok.', maxOutputTokens: 16 });
    const alias = model('alias');
    return {
      bridged: ask(alias),
      original: ask(model()),
      levelled: ask(`${alias}(high)`),
      budgeted: ask(`${alias}(16384)`),
      originalLevelled: ask(`${model()}(high)`),
      spaced: ask(`${alias} (high)`),
      unknown: ask(nobodysModel),
      listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models' }),
    };
  },
  expectations: [
    must('the-bridged-name-is-answered', ['bridged'], ({ bridged }) => says(bridged, saidByUpstream)),
    must('the-bridged-name-is-listed', ['listing', 'bridged'], ({ listing, bridged }) => lists(listing, askedName(bridged))),
    must.behind('the-upstream-is-asked-for-its-own-model', ['bridged', 'original'], ({ bridged, original }) =>
      sendsTheSameName(bridged, original),
    ),
    should('the-answer-carries-the-bridged-name', ['bridged'], ({ bridged }) => carriesTheAskedName(bridged)),
    must('the-upstreams-own-name-is-answered', ['original'], ({ original }) => says(original, saidByUpstream)),
    must('the-upstreams-own-name-is-listed', ['listing', 'original'], ({ listing, original }) => lists(listing, askedName(original))),
    // What suffixes do is row 12's question, and a canary's there.
    must('a-bridged-name-takes-a-level-or-a-budget', ['levelled', 'budgeted'], ({ levelled, budgeted }) => allSay(levelled, budgeted), {
      canary: false,
    }),
    must('an-own-name-takes-a-level', ['originalLevelled'], ({ originalLevelled }) => says(originalLevelled, saidByUpstream), {
      canary: false,
    }),
    must.behind('a-suffix-stays-out-of-the-upstreams-name', ['levelled', 'budgeted', 'original'], ({ levelled, budgeted, original }) =>
      allOf(sendsTheSameName(levelled, original), sendsTheSameName(budgeted, original)),
    ),
    must('no-suffix-is-listed', ['listing'], ({ listing }) => doesNotList(listing, (id) => /\(.*\)$/.test(id), 'a name in brackets')),
    should.behind('a-space-before-a-suffix-makes-another-name', ['spaced'], ({ spaced }) => refusedAtTheDoor(spaced)),
    // A canary leaves that to row 5: such a build says 502 with the bridge in place, too.
    must('a-name-without-a-bridge-is-no-server-error', ['unknown'], ({ unknown }) => isNoServerError(unknown), { canary: false }),
  ],
  // The pattern hides upstream names only, so the alias stays in spite of it (sheet R7 (e) 9).
  remedy: { config: { 'oauth-model-alias': { antigravity: bridge }, 'oauth-excluded-models': { antigravity: ['gemini-*'] } } },
  symptom: {
    violates: () => [
      'the-bridged-name-is-answered',
      'the-bridged-name-is-listed',
      'the-upstream-is-asked-for-its-own-model',
      'the-answer-carries-the-bridged-name',
      'a-bridged-name-takes-a-level-or-a-budget',
      'a-suffix-stays-out-of-the-upstreams-name',
      'a-space-before-a-suffix-makes-another-name',
      'a-name-without-a-bridge-is-no-server-error',
    ],
    // The build of the page, with the bridge under a channel that does not serve the model (sheet R7 (e) 3).
    config: { persona: 'cliproxyapi-2026-02', 'oauth-model-alias': { antigravity: [], claude: bridge } },
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000 },
});
