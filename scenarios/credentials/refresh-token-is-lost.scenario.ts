import { allOf, crossing, defineScenario, must, says } from '#scenarios/kit/index';

import { ask, codexAccount, hourMs, renewedWith, saidByUpstream, servesGoodTokens, shownAccess, showsGoodToken } from './renewals.ts';

/** Row 16 (d) L3: token endpoints that do not rotate leave the refresh token out of their answer. */
export default defineScenario({
  id: 'credentials/refresh-token-is-lost',
  title: 'An account works for two lives of its token, then has to log in again',
  matrixRow: 16,
  requires: ['auth-files', 'token-renewal'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom: 'An account that was imported works, is renewed once, and an hour later fails for good; log: “refresh token not found”.',
    cause:
      'The vendor’s answer to a renewal has no refresh token, because the old one stays good. The proxy stores what is not there over the one that it had.',
    check: 'Look into the auth file after the first renewal (last_refresh): refresh_token is empty, null or gone.',
    remediation:
      'Run a build that keeps what an answer leaves out. Then import the file of before the renewal again, or log in again: the lost token cannot be had back.',
  },
  cells: [...crossing({ clients: ['openai-chat', 'gemini-generate'], upstreams: ['codex'], streams: [false] })],
  accounts: { kept: { answers: [{ withoutRefreshToken: true }, { withoutRefreshToken: true, members: { refresh_token: '' } }, {}] } },
  upstream: servesGoodTokens,
  steps: (context) => ({
    before: ask(context),
    renewed: ask(context, { from: 1, after: ['before'], laterMs: 3 * hourMs }),
    again: ask(context, { from: 2, after: ['renewed'], laterMs: 3 * hourMs }),
    onceMore: ask(context, { from: 3, after: ['again'], laterMs: 3 * hourMs }),
    rotated: ask(context, { from: 4, after: ['onceMore'], laterMs: 3 * hourMs }),
  }),
  expectations: [
    must.behind('a-token-that-is-good-is-shown-as-it-is', ['before'], ({ before }) => showsGoodToken(before)),
    must.behind('a-token-that-has-ended-is-renewed-before-it-is-shown', ['renewed'], ({ renewed }) =>
      allOf(renewedWith([renewed], [0]), shownAccess(renewed, [1]), says(renewed, saidByUpstream)),
    ),
    must('an-account-survives-an-answer-without-a-refresh-token', ['renewed', 'again'], ({ again }) => says(again, saidByUpstream)),
    must.behind('a-refresh-token-that-is-left-out-stays', ['again'], ({ again }) => renewedWith([again], [0])),
    must.behind('an-empty-refresh-token-is-none', ['onceMore'], ({ onceMore }) => renewedWith([onceMore], [0])),
    must.behind('a-new-refresh-token-takes-the-place-of-the-old-one', ['rotated'], ({ rotated }) => renewedWith([rotated], [3])),
  ],
  remedy: { proxy: ['keep-refresh-token'], config: { 'auth-files': [codexAccount('kept')] } },
  symptom: {
    violates: () => [
      'an-account-survives-an-answer-without-a-refresh-token',
      'a-refresh-token-that-is-left-out-stays',
      'an-empty-refresh-token-is-none',
      'a-new-refresh-token-takes-the-place-of-the-old-one',
    ],
  },
  live: { safe: false, because: 'it takes two lives of a token, and a vendor that does not rotate' },
});
