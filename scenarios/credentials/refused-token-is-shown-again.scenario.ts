import { allOf, crossing, defineScenario, must, says } from '#scenarios/kit/index';

import {
  ask,
  codexAccount,
  hourMs,
  minuteMs,
  renewedAtMost,
  renewedWith,
  saidByUpstream,
  servesGoodTokens,
  shownAccess,
} from './renewals.ts';

/** Row 16 (d) L1: the expiry in the file is believed against what the upstream says. */
export default defineScenario({
  id: 'credentials/refused-token-is-shown-again',
  title: 'A token that the vendor has revoked is shown for hours, because its file says that it is good',
  matrixRow: 16,
  requires: ['auth-files', 'token-renewal'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom:
      'Every request of an account ends in the vendor’s 401, sometimes after several identical tries; after an hour or two it works again by itself.',
    cause:
      'The token was revoked, the clock is wrong, or an imported file claims a later expiry. The proxy is asked to renew, finds that the token is good for a while yet by its file, and gives the same one back.',
    check:
      'Compare expires_at of the auth file with the time, and last_refresh before and after a failing request: neither changes although the vendor refuses the token.',
    remediation:
      'Run a build that renews a refused token whatever its file claims. Until then: set expires_at of the file to a past time, or log in again and import the new file.',
  },
  cells: [
    ...crossing({
      clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
      upstreams: ['codex'],
      streams: [false],
    }),
    ...crossing({ clients: ['openai-chat'], upstreams: ['codex'], streams: [true] }),
  ],
  accounts: { revoked: {} },
  upstream: servesGoodTokens,
  steps: (context) => ({
    good: ask(context),
    refused: ask(context, { from: 1, after: ['good'] }),
    next: ask(context, { from: 1, after: ['refused'] }),
    // No token of the account is good any more.
    hopeless: ask(context, { from: 99, after: ['next'], laterMs: 5 * minuteMs }),
    hopelessToo: ask(context, { from: 99, after: ['hopeless'] }),
    stillHopeless: ask(context, { from: 99, after: ['hopelessToo'] }),
  }),
  expectations: [
    must.behind('a-good-token-is-not-renewed', ['good'], ({ good }) =>
      allOf(renewedWith([good], []), shownAccess(good, [0]), says(good, saidByUpstream)),
    ),
    must('a-revoked-token-does-not-show', ['refused'], ({ refused }) => says(refused, saidByUpstream)),
    must.behind('a-refused-token-is-renewed-whatever-its-file-claims', ['refused'], ({ refused }) => renewedWith([refused], [0])),
    must.behind('the-request-goes-out-again-with-the-new-token', ['refused'], ({ refused }) => shownAccess(refused, [0, 1])),
    must.behind('the-new-token-is-shown-from-then-on', ['next'], ({ next }) =>
      allOf(shownAccess(next, [1]), renewedWith([next], []), says(next, saidByUpstream)),
    ),
    must.behind('a-new-token-that-is-refused-too-is-not-renewed-for-ever', ['hopeless', 'hopelessToo', 'stillHopeless'], (sights) =>
      renewedAtMost([sights.hopeless, sights.hopelessToo, sights.stillHopeless], 1),
    ),
  ],
  remedy: {
    proxy: ['force-refresh-after-refusal'],
    config: { 'auth-files': [codexAccount('revoked', { expired: `{in:${(8 * hourMs) / 1000}}` })] },
  },
  symptom: {
    violates: () => [
      'a-revoked-token-does-not-show',
      'a-refused-token-is-renewed-whatever-its-file-claims',
      'the-request-goes-out-again-with-the-new-token',
      'the-new-token-is-shown-from-then-on',
    ],
  },
  live: { safe: false, because: 'a live vendor cannot be made to revoke a token; credentials/nothing-to-renew-with asks what callers see' },
});
