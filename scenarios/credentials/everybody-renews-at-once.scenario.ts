import { allOf, crossing, defineScenario, must, says } from '#scenarios/kit/index';

import {
  ask,
  codexAccount,
  hourMs,
  renewalsGranted,
  renewedWith,
  saidByUpstream,
  servesGoodTokens,
  shownAccess,
  showsGoodToken,
} from './renewals.ts';

const crowd = ['one', 'two', 'three', 'four', 'five', 'six'] as const;

/** Row 16 (e) 7 and (d) L5: requests that find the same token ended. Refresh tokens rotate, so that only the first one that is shown is good. */
export default defineScenario({
  id: 'credentials/everybody-renews-at-once',
  title: 'When a token ends under load, every request renews it, and the account is lost',
  matrixRow: 16,
  requires: ['auth-files', 'token-renewal'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom:
      'A busy account works until its token ends; then many requests fail at the same moment, and an hour later it has to log in again.',
    cause:
      'Each request that finds the token ended asks for a new one with the same refresh token. The vendor gives one of them tokens, takes the others for a thief with a copy, and ends the account.',
    check:
      'Count the refreshes in the log within one second. More than one for an account is this; the vendor calls it refresh_token_reused or invalid_grant.',
    remediation:
      'Run a build in which requests wait for one renewal. Where several proxies share an auth file, let one of them alone renew, or give each an account of its own.',
  },
  cells: [
    ...crossing({ clients: ['openai-chat'], upstreams: ['codex'], streams: [false] }),
    ...crossing({ clients: ['openai-responses'], upstreams: ['codex'], streams: [true] }),
  ],
  accounts: { busy: { answers: [{ untilCalls: 2 }, {}] } },
  upstream: servesGoodTokens,
  steps: (context) => ({
    before: ask(context),
    ended: { ...ask(context, { after: ['before'], laterMs: 3 * hourMs }), method: 'GET', path: '/v1/models' },
    one: ask(context, { from: 1, after: ['ended'] }),
    two: ask(context, { from: 1, after: ['ended'] }),
    three: ask(context, { from: 1, after: ['ended'] }),
    four: ask(context, { from: 1, after: ['ended'] }),
    five: ask(context, { from: 1, after: ['ended'] }),
    six: ask(context, { from: 1, after: ['ended'] }),
    later: ask(context, { from: 2, after: [...crowd], laterMs: 3 * hourMs }),
  }),
  expectations: [
    must.behind('a-token-that-is-good-is-shown-as-it-is', ['before'], ({ before }) => showsGoodToken(before)),
    must.behind('requests-that-need-the-same-token-share-one-renewal', [...crowd], (sights) =>
      renewedWith(
        crowd.map((name) => sights[name]),
        [0],
      ),
    ),
    must.behind('no-refresh-token-is-shown-twice', [...crowd, 'later'], (sights) =>
      renewalsGranted([...crowd.map((name) => sights[name]), sights.later]),
    ),
    must.behind('all-of-them-wait-for-it-and-show-the-new-token', [...crowd], (sights) =>
      allOf(
        renewedWith(
          crowd.map((name) => sights[name]),
          [0],
        ),
        ...crowd.flatMap((name) => [shownAccess(sights[name], [1]), says(sights[name], saidByUpstream)]),
      ),
    ),
    must('an-account-survives-the-end-of-its-token-under-load', [...crowd, 'later'], ({ later }) => says(later, saidByUpstream)),
  ],
  remedy: { proxy: ['single-refresh-per-token'], config: { 'auth-files': [codexAccount('busy')] } },
  symptom: {
    violates: () => [
      'requests-that-need-the-same-token-share-one-renewal',
      'no-refresh-token-is-shown-twice',
      'all-of-them-wait-for-it-and-show-the-new-token',
      'an-account-survives-the-end-of-its-token-under-load',
    ],
  },
  live: { safe: false, because: 'many requests at the moment in which a token ends; it would cost a live account its log-in' },
});
