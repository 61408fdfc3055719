import { allOf, crossing, defineScenario, must, says, type FullSight, type Reading } from '#scenarios/kit/index';

import {
  ask,
  codexAccount,
  codexModel,
  failsInWords,
  hourMs,
  kiroFiles,
  kiroModel,
  minuteMs,
  renewedAtMost,
  renewedWith,
  saidByUpstream,
  servesGoodTokens,
  shownAccess,
  showsGoodToken,
} from './renewals.ts';

/** Shown once and refused; not again ten minutes later, nor hours later. */
const shownOnce = (refused: FullSight, soon: FullSight, later: FullSight): Reading =>
  allOf(renewedWith([refused], [0]), failsInWords(refused), renewedAtMost([soon, later], 0));

/** Row 16 (b) 3 and (d) L4: vendors have their own words for a refresh token that is dead, and one for an endpoint that is only busy. */
export default defineScenario({
  id: 'credentials/refusal-is-worded-otherwise',
  title: 'A dead refresh token is tried for ever where the vendor does not call it invalid_grant',
  matrixRow: 16,
  requires: ['auth-files', 'token-renewal'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom:
      'Of several dead accounts some are told as such, and others fail their refresh every few minutes for ever. Or an account has to log in again after a day on which the vendor was busy.',
    cause:
      'Only invalid_grant counts as final. Kiro’s social endpoint says 400 “Invalid refresh token provided” without a code, OpenAI 401 refresh_token_reused. And 429 says nothing about the token, though its status is below 500.',
    check:
      'Look in the log at the status and the words of the failed refreshes of each account: the same refusal again and again is this, and so is a log-in that was ended by a 429.',
    remediation:
      'Log in again and put the new file in the place of the old one. Run a build that knows the words of each vendor: 401, invalid_grant, refresh_token_reused and “Invalid refresh token” end an account; 429 and 5xx are tried again.',
  },
  cells: [
    ...crossing({ clients: ['openai-chat'], upstreams: ['codex'], streams: [false] }),
    ...crossing({ clients: ['openai-responses'], upstreams: ['codex'], streams: [true] }),
  ],
  accounts: {
    reused: { answers: [{ instead: { status: 401, body: { error: { message: 'Used already.', code: 'refresh_token_reused' } } } }] },
    social: { answers: [{ instead: { status: 400, body: { message: 'Invalid refresh token provided' } } }] },
    busy: { answers: [{ instead: { status: 429, body: { error: 'rate_limit_exceeded' } } }, {}] },
  },
  upstream: servesGoodTokens,
  steps: (context) => {
    const social = kiroModel('social');
    const busy = codexModel('busy');
    return {
      before: ask(context),
      reused: ask(context, { from: 1, after: ['before'], laterMs: 3 * hourMs }),
      social: ask(context, { of: social, after: ['reused'] }),
      busy: ask(context, { of: busy, from: 1, after: ['social'] }),
      reusedSoon: ask(context, { from: 1, after: ['busy'], laterMs: 10 * minuteMs }),
      socialSoon: ask(context, { of: social, after: ['reusedSoon'] }),
      busyNoMore: ask(context, { of: busy, from: 1, after: ['socialSoon'] }),
      reusedLater: ask(context, { from: 1, after: ['busyNoMore'], laterMs: 2 * hourMs }),
      socialLater: ask(context, { of: social, after: ['reusedLater'] }),
    };
  },
  expectations: [
    must.behind('a-token-that-is-good-is-shown-as-it-is', ['before'], ({ before }) => showsGoodToken(before)),
    must.behind('a-refresh-token-that-was-used-already-is-not-shown-again', ['reused', 'reusedSoon', 'reusedLater'], (sights) =>
      shownOnce(sights.reused, sights.reusedSoon, sights.reusedLater),
    ),
    must.behind('a-refusal-without-a-code-is-a-refusal', ['social', 'socialSoon', 'socialLater'], (sights) =>
      shownOnce(sights.social, sights.socialSoon, sights.socialLater),
    ),
    must.behind('a-busy-token-endpoint-is-not-the-end-of-an-account', ['busy', 'busyNoMore'], ({ busy, busyNoMore }) =>
      allOf(renewedWith([busy, busyNoMore], [0, 0]), shownAccess(busyNoMore, [1]), says(busyNoMore, saidByUpstream)),
    ),
  ],
  remedy: {
    proxy: ['invalid-grant-is-final'],
    config: {
      'auth-files': [codexAccount('reused'), kiroFiles[0], codexAccount('busy', { prefix: 'busy' })],
      'oauth-upstreams': { kiro: { 'token-gateway': '{accounts}' } },
    },
  },
  symptom: { violates: () => ['a-refresh-token-that-was-used-already-is-not-shown-again', 'a-refusal-without-a-code-is-a-refusal'] },
  live: { safe: false, because: 'it takes hours, and refresh tokens that are dead' },
});
