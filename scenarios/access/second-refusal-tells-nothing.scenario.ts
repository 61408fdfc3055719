import {
  allOf,
  answer,
  converse,
  crossing,
  defineScenario,
  deviates,
  errorIn,
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
  type Probe,
  type Reading,
} from '#scenarios/kit/index';

import { askedName, doesNotList, lists } from '../models/names.ts';
import { hasStatus, managementKey, marked, notEntitled, onceRefused, refusal, saidByUpstream } from './accounts.ts';

/** A refused account rests for half an hour (sheet 1.6). */
const restMs = 31 * 60_000;

const isRefusal = (sight: CallerSight): Reading =>
  sight.status >= 400 && sight.end === 'complete' ? holds() : deviates({ expected: 'a refusal', actual: inShort(sight) });

const tellsOfThe403 = (sight: CallerSight): Reading => {
  const error = errorIn(sight);
  if (error === undefined) return deviates({ expected: `an error of ${sight.probe.dialect}`, actual: inShort(sight) });
  return allOf(isRefusal(sight), mentions(error, /\b403\b|permission|forbidden|licen[sc]e|entitle/i));
};

const hasEnded = (reset: CallerSight): Reading => {
  const { ended } = (reset.json ?? {}) as { readonly ended?: unknown };
  return reset.status === 200 && typeof ended === 'number' && ended > 0
    ? holds()
    : deviates({ expected: 'at least one cooldown ended', actual: inShort(reset) });
};

const managed = (about: Pick<Probe, 'method' | 'path' | 'after'>): Probe =>
  probe({ dialect: 'openai-chat', credential: { headers: { 'x-management-key': managementKey } }, ...about });

/** Row 2 (e) 1 and (c): only the first request meets the vendor. */
export default defineScenario({
  id: 'access/second-refusal-tells-nothing',
  title: 'After one 403 the proxy says only that nobody is available, and the model stays hidden',
  matrixRow: 2,
  requires: ['model-registry', 'cooldown-reset'],
  remembers: true,
  diagnosis: {
    symptom:
      'The first request got 403 with the reason; every later one gets 500 or 503 "auth_unavailable", and the model is gone from the list, even after the licence was assigned.',
    cause:
      'A refused account rests for half an hour and its model is hidden. Builds forget the reason, and un-hide the model only after a success, which those who go by the list never cause.',
    check: 'Look into the log for the first 403 of that account. The vendor sees no requests at all in the meantime.',
    remediation:
      'Run a build whose second refusal still says what the vendor answered. When the account is in order, end the cooldowns over the management API instead of restarting.',
  },
  // A proxy of its own each: all callers plain, two of them streaming, are enough for what is remembered.
  cells: [
    ...crossing({
      clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
      upstreams: ['antigravity'],
      streams: [false],
    }),
    ...crossing({ clients: ['anthropic-messages', 'gemini-generate'], upstreams: ['antigravity'], streams: [true] }),
  ],
  upstream: () => answer('text').when(marked(notEntitled), refusal('not-entitled')),
  steps: ({ cell, model }) => {
    const ask = (text: string, after: readonly string[]) => converse(cell, { model: model(), text, maxOutputTokens: 16 }, { after });
    const listing = (after: readonly string[]) => probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models', after });
    return {
      first: ask(`Say ok. ${notEntitled}`, []),
      second: ask(`Say ok. ${notEntitled}`, ['first']),
      hidden: listing(['second']),
      reset: managed({ method: 'DELETE', path: '/v0/management/cooldowns', after: ['hidden'] }),
      relisted: listing(['reset']),
      recovered: ask('Say ok.', ['relisted']),
      again: ask(`Say ok. ${notEntitled}`, ['recovered']),
      rested: { ...listing(['again']), laterMs: restMs },
      afterRest: ask('Say ok.', ['rested']),
    };
  },
  expectations: [
    must.behind('a-403-of-the-vendor-stays-a-403', ['first'], ({ first }) => onceRefused([first], () => hasStatus(first, 403))),
    must.behind('a-refused-account-is-asked-once', ['first', 'second'], ({ first, second }) =>
      allOf(reachedUpstream(first, 1), reachedUpstream(second, 0), isRefusal(second)),
    ),
    must('a-second-refusal-still-tells-of-the-403', ['second'], ({ second }) => tellsOfThe403(second)),
    should('a-second-refusal-tells-the-reason-too', ['second'], ({ second }) =>
      refused(second, second.status, (error) => mentions(error, /licen[sc]e|subscription/i)),
    ),
    should('a-second-refusal-says-when-to-come-back', ['second'], ({ second }) =>
      allOf(
        isRefusal(second),
        /^\d+$/.test(second.headers['retry-after'] ?? '')
          ? holds()
          : deviates({ expected: 'Retry-After in seconds', actual: second.headers['retry-after'] }),
      ),
    ),
    must('a-refused-model-is-not-listed', ['hidden', 'first'], ({ hidden, first }) =>
      doesNotList(hidden, (id) => id === askedName(first), askedName(first)),
    ),
    must('a-cooldown-can-be-ended', ['reset'], ({ reset }) => hasEnded(reset)),
    must('a-model-is-listed-again-after-that', ['hidden', 'relisted', 'first'], ({ hidden, relisted, first }) =>
      allOf(
        doesNotList(hidden, (id) => id === askedName(first), askedName(first)),
        lists(relisted, askedName(first)),
      ),
    ),
    must('an-entitled-account-is-asked-again', ['recovered'], ({ recovered }) => says(recovered, saidByUpstream)),
    must('a-model-is-listed-again-after-the-rest', ['again', 'rested', 'first'], ({ again, rested, first }) =>
      allOf(isRefusal(again), lists(rested, askedName(first))),
    ),
    must('an-account-is-asked-again-after-the-rest', ['again', 'afterRest'], ({ again, afterRest }) =>
      allOf(isRefusal(again), says(afterRest, saidByUpstream)),
    ),
  ],
  // The persona is the build: there is no unit to switch.
  remedy: { config: { persona: 'documented', 'disable-cooling': false, 'remote-management': { 'secret-key': managementKey } } },
  symptom: {
    violates: () => [
      'a-second-refusal-still-tells-of-the-403',
      'a-second-refusal-tells-the-reason-too',
      'a-second-refusal-says-when-to-come-back',
      'a-cooldown-can-be-ended',
      'a-model-is-listed-again-after-that',
      'an-entitled-account-is-asked-again',
      'a-model-is-listed-again-after-the-rest',
    ],
    config: { persona: 'cliproxyapi-2026-02', 'disable-cooling': false },
  },
  live: { safe: false, because: 'it asks an account that the vendor refuses on purpose, and ends the cooldowns of the whole proxy' },
});
