import { planOf } from '#fixtures/upstreams/plan-claim';
import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  cannotTell,
  converse,
  crossing,
  defineScenario,
  deviates,
  everyUpstreamCall,
  holds,
  inShort,
  mentions,
  must,
  probe,
  reachedUpstream,
  refused,
  says,
  should,
  type CallerSight,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

const saidByUpstream = 'Wireproof says ok.';
const spark = 'gpt-5.3-codex-spark';
const fallback = 'gpt-5.3-codex';

/** A live account may well have the model, and no live vendor refuses when it is told to. */
const onceRefused = { canary: false } as const;

const promptFault = '[the prompt is at fault]';
const modelGone = '[the model is gone]';

const allGone = '[every model is gone]';
/** A refusal of a model counts for twelve hours (sheet S4). */
const muchLaterMs = 13 * 3_600_000;

const modelOf = ({ body }: UpstreamRequest): string => String((body as { model?: unknown } | undefined)?.model);
const asksForSpark = (request: UpstreamRequest): boolean => modelOf(request) === spark;

/** The vendor decides by the subscription in the token, not by what any list says (sheet R8). */
const codexRules = answer('text')
  .when((request) => request.bodyBytes.includes(promptFault), 'codex/invalid-prompt')
  .when((request) => request.bodyBytes.includes(allGone), 'codex/model-not-found')
  .when((request) => asksForSpark(request) && request.bodyBytes.includes(modelGone), 'codex/model-not-found')
  .when((request) => asksForSpark(request) && planOf(request.headers['authorization'] ?? '') !== 'pro', 'codex/model-not-supported');

const askedModels = (sight: FullSight): string => sight.upstreamCalls.map(modelOf).join(', ');
const asked = (sight: FullSight, expected: string): Reading =>
  sight.upstreamCalls.length > 0 && askedModels(sight) === expected
    ? holds()
    : deviates({ expected: `upstream asked for ${expected}`, actual: askedModels(sight) || 'no upstream request' });

const listedIds = (sight: CallerSight): readonly string[] | undefined => {
  const data = (sight.json as { data?: unknown } | undefined)?.data;
  return Array.isArray(data) ? data.map((model) => String((model as { id?: unknown }).id)) : undefined;
};

/** The target's own name of the model that a step asked for. */
const askedName = ({ probe: { path, body } }: CallerSight): string => {
  const inBody = body !== undefined && 'json' in body ? (body.json as { model?: unknown }).model : undefined;
  return typeof inBody === 'string' ? inBody : decodeURIComponent(/\/models\/([^:]+):/.exec(path)?.[1] ?? '');
};

export default defineScenario({
  id: 'availability/spark-needs-a-tier',
  title: 'gpt-5.3-codex-spark fails for accounts whose plan lacks it',
  matrixRow: 8,
  requires: ['credential-tiers', 'fallback-routes'],
  remembers: true,
  diagnosis: {
    symptom: 'gpt-5.3-codex-spark fails with 400 {"detail": …} although the list shows it; other Codex models of the account work.',
    cause: 'The model belongs to a higher plan. The list is made from configuration or a catalogue and not from what the account may use.',
    check: 'Look for gpt-5.3-codex-spark in GET /v1/models, then ask for it once and read "detail" in the answer.',
    remediation:
      'Give the model a fallback that the account may use, exclude it for the account, and alert when its 400 and 404 answers repeat.',
  },
  cells: crossing({
    clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
    upstreams: ['codex'],
    streams: [false, true],
  }),
  upstream: () => codexRules,
  steps: ({ cell, model }) => {
    const ask = (name: string, text: string, after: readonly string[] = []) =>
      converse(cell, { model: name, text, maxOutputTokens: 16 }, { after });
    return {
      first: ask(model('spark'), 'Say ok.'),
      second: ask(model('spark'), 'Say ok.', ['first']),
      third: ask(model('spark'), 'Say ok.', ['second']),
      suffixed: ask(`${model('spark')}(high)`, 'Say ok.', ['third']),
      listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models', after: ['first'] }),
      entitled: ask(model('entitled-spark'), 'Say ok.'),
      faulty: ask(model('entitled-spark'), `Say ok. ${promptFault}`, ['entitled']),
      afterFault: ask(model('entitled-spark'), 'Say ok.', ['faulty']),
      gone: ask(model('entitled-spark'), `Say ok. ${modelGone}`, ['afterFault']),
      allGone: ask(model('spark'), `Say ok. ${allGone}`, ['suffixed', 'gone']),
      muchLater: { ...ask(model('spark'), 'Say ok.', ['allGone']), laterMs: muchLaterMs },
    };
  },
  expectations: [
    must('a-refused-model-falls-back', ['first'], ({ first }) => says(first, saidByUpstream)),
    must.behind('the-fallback-is-asked-after-the-refusal', ['first'], ({ first }) => asked(first, `${spark}, ${fallback}`)),
    should(
      'the-fallback-is-visible',
      ['first'],
      ({ first }) => {
        if (first.status !== 200) return cannotTell('prerequisite-failed', inShort(first));
        const told = first.headers['wireproof-fallback'] === fallback || /"(model|modelVersion)":\s*"gpt-5\.3-codex"/.test(first.bodyText);
        return told ? holds() : deviates({ expected: `the answer names ${fallback}`, actual: inShort(first) });
      },
      onceRefused,
    ),
    must('a-second-request-is-answered-too', ['second'], ({ second }) => says(second, saidByUpstream), { canary: false }),
    must.behind('a-second-request-does-not-pay-again', ['second'], ({ second }) => asked(second, fallback)),
    must(
      'a-refused-model-leaves-the-list',
      ['listing', 'first'],
      ({ listing, first }) => {
        const ids = listedIds(listing);
        const name = askedName(first);
        if (ids === undefined || ids.length === 0) return deviates({ expected: 'a model list', actual: inShort(listing) });
        return ids.includes(name) ? deviates({ expected: `a list without ${name}`, actual: ids }) : holds();
      },
      onceRefused,
    ),
    should.behind('a-reasoning-suffix-does-not-pay-again', ['suffixed'], ({ suffixed }) =>
      allOf(says(suffixed, saidByUpstream), asked(suffixed, fallback)),
    ),
    must.behind('repeated-refusals-raise-an-alert', ['third'], ({ third }) => {
      if (third.logs === undefined) return cannotTell('no-log');
      const alerts = third.logs.filter(({ fields }) => fields['event'] === 'model-failure-alert');
      return alerts.some(({ level, fields }) => level === 'warn' && fields['model'] === spark)
        ? holds()
        : deviates({ expected: `a warning about ${spark} after three refusals`, actual: alerts });
    }),
    must('an-entitled-account-is-answered', ['entitled'], ({ entitled }) => says(entitled, saidByUpstream)),
    must.behind('an-entitled-account-keeps-the-model', ['entitled'], ({ entitled }) =>
      allOf(
        asked(entitled, spark),
        everyUpstreamCall(entitled, ({ headers }) => {
          const plan = planOf(headers['authorization'] ?? '');
          return plan === 'pro' ? holds() : deviates({ expected: 'the credential of the pro account', actual: plan ?? 'no plan' });
        }),
      ),
    ),
    must(
      'a-prompt-fault-reaches-the-caller',
      ['faulty'],
      ({ faulty }) => refused(faulty, 400, (error) => mentions(error, /prompt/i)),
      onceRefused,
    ),
    must.behind('a-prompt-fault-does-not-fall-back', ['faulty'], ({ faulty }) => allOf(reachedUpstream(faulty, 1), asked(faulty, spark))),
    must.behind('a-prompt-fault-does-not-cool-the-model', ['afterFault'], ({ afterFault }) => asked(afterFault, spark)),
    must.behind('a-fallback-that-fails-too-ends-the-search', ['allGone'], ({ allGone: sight }) => {
      const models = sight.upstreamCalls.map(modelOf);
      return models.length > 0 && new Set(models).size === models.length
        ? refused(sight, 404)
        : deviates({ expected: 'each model asked at most once', actual: models });
    }),
    must.behind('a-refusal-is-forgotten-after-its-time', ['muchLater'], ({ muchLater }) =>
      allOf(says(muchLater, saidByUpstream), asked(muchLater, `${spark}, ${fallback}`)),
    ),
    must('a-vanished-model-falls-back', ['gone'], ({ gone }) => says(gone, saidByUpstream), onceRefused),
  ],
  remedy: {
    proxy: ['model-fallback', 'model-support-cooldown', 'model-failure-alert'],
    config: { fallback: { [spark]: [fallback], [`pro/${spark}`]: [fallback] } },
  },
  symptom: {
    violates: () => [
      'a-refused-model-falls-back',
      'the-fallback-is-asked-after-the-refusal',
      'a-second-request-is-answered-too',
      'a-second-request-does-not-pay-again',
      'a-refused-model-leaves-the-list',
      'a-reasoning-suffix-does-not-pay-again',
      'repeated-refusals-raise-an-alert',
      'a-vanished-model-falls-back',
      'a-refusal-is-forgotten-after-its-time',
    ],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 144, timeoutMs: 60_000 },
});
