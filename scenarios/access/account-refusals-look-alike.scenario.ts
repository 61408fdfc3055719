import {
  allOf,
  answer,
  converse,
  crossing,
  defineScenario,
  deviates,
  errorIn,
  everyUpstreamCall,
  holds,
  inShort,
  mentions,
  must,
  reachedUpstream,
  refused,
  should,
  type CallerSight,
  type Cell,
  type Reading,
} from '#scenarios/kit/index';

import { marked, onceRefused, refusal } from './accounts.ts';

/** The user's text says why the vendor refuses. */
const reasons = {
  licence: { marker: '[no licence]', slug: 'not-entitled' },
  verification: { marker: '[to be verified]', slug: 'verify-account' },
  suspension: { marker: '[suspended]', slug: 'suspended' },
  unsaid: { marker: '[no reason given]', slug: 'not-permitted' },
  challenge: { marker: '[a challenge page]', slug: 'challenged' },
  deadKey: { marker: '[the key of the proxy is dead]', slug: 'dead-key' },
} as const;

/** Google tells a dead API key with a 400; its accounts behind OAuth have no such key. */
const hasKeys = ({ upstream }: Cell): boolean => upstream === 'gemini-generate';
const hasAccounts = (cell: Cell): boolean => !hasKeys(cell);

const messageOf = (sight: CallerSight): string => errorIn(sight)?.message ?? '';

const saysWhose = (sight: CallerSight): Reading =>
  refused(sight, sight.status, (error) => mentions(error, /\b(proxy|gateway|upstream|provider)\b/i, /\b(account|credential|key)\b/i));

const isNoQuota = (sight: CallerSight): Reading =>
  refused(sight, 403, ({ type, code }) =>
    /quota|billing|rate.?limit|exhausted/i.test(`${type ?? ''} ${code ?? ''}`)
      ? deviates({ expected: 'a matter of permission', actual: { type, code } })
      : holds(),
  );

/** The message may say it in any words; three reasons in one and the same words are none. */
const areToldApart = (...sights: readonly CallerSight[]): Reading => {
  const messages = sights.map(messageOf);
  return !messages.includes('') && new Set(messages).size === messages.length
    ? holds()
    : deviates({ expected: `${sights.length} messages`, actual: messages });
};

export default defineScenario({
  id: 'access/account-refusals-look-alike',
  title: 'Nobody can tell from the 403 whether to buy, to verify, to wait or to give up',
  matrixRow: 2,
  requires: [],
  diagnosis: {
    symptom:
      'Callers get a bare 403 "Verify your account to continue." or 400 "API key not valid" and look for the fault in their own key or account.',
    cause:
      'The vendor speaks of the account of the proxy, and says what is to be done in details that are lost on the way: a licence to buy, an address to visit, a suspension, a dead key.',
    check:
      'Read error.details of the vendor’s own answer: reason SUBSCRIPTION_REQUIRED, VALIDATION_REQUIRED with validation_url, API_KEY_INVALID, or a text about the terms of service.',
    remediation:
      'Run a build that says whose account was refused and why, with the address to visit. Then: assign the licence, verify the account, replace the key, or take a suspended account out.',
  },
  cells: [
    ...crossing({
      clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
      upstreams: ['antigravity'],
      streams: [false, true],
    }),
    ...crossing({
      clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
      upstreams: ['gemini-generate'],
      streams: [false],
    }),
  ],
  upstream: () => Object.values(reasons).reduce((script, { marker, slug }) => script.when(marked(marker), refusal(slug)), answer('text')),
  steps: ({ cell, model }) => {
    const ask = (reason: keyof typeof reasons) =>
      converse(cell, { model: model(), text: `Say ok. ${reasons[reason].marker}`, maxOutputTokens: 16 });
    return {
      licence: ask('licence'),
      verification: ask('verification'),
      suspension: ask('suspension'),
      unsaid: ask('unsaid'),
      challenge: ask('challenge'),
      deadKey: ask('deadKey'),
    };
  },
  expectations: [
    must.behind(
      'a-refused-account-is-403-in-the-callers-envelope',
      ['licence', 'verification', 'suspension', 'unsaid'],
      ({ licence, verification, suspension, unsaid }) => {
        const sights = [licence, verification, suspension, unsaid];
        return onceRefused(sights, () => allOf(...sights.map((sight) => refused(sight, 403))));
      },
      { appliesTo: hasAccounts },
    ),
    must(
      'the-reasons-are-told-apart',
      ['licence', 'verification', 'suspension'],
      ({ licence, verification, suspension }) =>
        allOf(
          areToldApart(licence, verification, suspension),
          refused(licence, 403, (error) => mentions(error, /licen[sc]e|subscription/i)),
          refused(verification, 403, (error) => mentions(error, /verif/i)),
          refused(suspension, 403, (error) => mentions(error, /terms of service|suspend/i)),
        ),
      { appliesTo: hasAccounts },
    ),
    must(
      'a-verification-comes-with-its-address',
      ['verification'],
      ({ verification }) => refused(verification, 403, (error) => mentions(error, /https:\/\/accounts\.google\.com\/signin\/continue/)),
      { appliesTo: hasAccounts },
    ),
    should(
      'a-refusal-says-whose-account-it-is',
      ['licence', 'verification', 'suspension', 'unsaid'],
      (sights) => allOf(...[sights.licence, sights.verification, sights.suspension, sights.unsaid].map(saysWhose)),
      { appliesTo: hasAccounts },
    ),
    must.behind(
      'a-missing-right-is-not-called-a-quota',
      ['licence', 'unsaid'],
      ({ licence, unsaid }) => onceRefused([licence, unsaid], () => allOf(isNoQuota(licence), isNoQuota(unsaid))),
      { appliesTo: hasAccounts },
    ),
    must.behind(
      'a-challenge-page-is-not-shown-as-html',
      ['challenge'],
      ({ challenge }) =>
        onceRefused([challenge], () =>
          challenge.status >= 400 && !/[<>]/.test(messageOf(challenge)) && messageOf(challenge) !== ''
            ? holds()
            : deviates({ expected: 'an error whose message has no markup', actual: inShort(challenge) }),
        ),
      { appliesTo: hasAccounts },
    ),
    must.behind(
      'a-dead-key-of-the-proxy-is-an-error',
      ['deadKey'],
      ({ deadKey }) =>
        everyUpstreamCall(deadKey, () =>
          deadKey.status >= 400 && deadKey.json !== undefined
            ? holds()
            : deviates({ expected: 'an error in JSON', actual: inShort(deadKey) }),
        ),
      { appliesTo: hasKeys },
    ),
    must('a-dead-key-of-the-proxy-is-not-taken-for-the-callers', ['deadKey'], ({ deadKey }) => saysWhose(deadKey), { appliesTo: hasKeys }),
    must.behind(
      'a-refused-account-is-asked-once-per-request',
      ['licence', 'verification', 'suspension'],
      ({ licence, verification, suspension }) => allOf(...[licence, verification, suspension].map((sight) => reachedUpstream(sight, 1))),
      { appliesTo: hasAccounts },
    ),
  ],
  remedy: { proxy: ['explain-account-refusals'] },
  symptom: {
    violates: (cell) =>
      hasKeys(cell)
        ? ['a-dead-key-of-the-proxy-is-not-taken-for-the-callers']
        : ['a-verification-comes-with-its-address', 'a-refusal-says-whose-account-it-is'],
  },
  live: { safe: false, because: 'the refusals are those of blocked accounts, which nobody should have at hand' },
});
