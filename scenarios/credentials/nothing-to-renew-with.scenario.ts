import { allOf, cannotTell, crossing, defineScenario, inShort, must, says, type CallerSight, type Reading } from '#scenarios/kit/index';

import { accepted, listing } from '../access/keys.ts';
import { ask, codexAccount, renewedWith, saidByUpstream, servesRenewedTokens, shownAccess } from './renewals.ts';

const fields = ['refresh_token', 'last_refresh'] as const;

/** A token that ended an hour ago. */
const ended = codexAccount('ended', { expired: '{in:-3600}', last_refresh: '{in:-10800}' });

const withoutRefreshToken = Object.fromEntries(Object.entries(ended).filter(([member]) => !(fields as readonly string[]).includes(member)));

/** Live, a failure that speaks of neither token nor account is another trouble. */
const isAnswered = (sight: CallerSight): Reading =>
  sight.live !== true || sight.status === 200 || /token|auth_unavailable|no usable credential|log.?in|sign.?in/i.test(sight.bodyText)
    ? says(sight, saidByUpstream)
    : cannotTell('prerequisite-failed', `it failed, and not for a token: ${inShort(sight)}`);

/** Row 16 as the page has it: expired or missing fields for a renewal, and the file of a new log-in as the cure. */
export default defineScenario({
  id: 'credentials/nothing-to-renew-with',
  title: 'An imported account fails as soon as its token ends, because its file has nothing to renew it with',
  matrixRow: 16,
  requires: ['auth-files', 'token-renewal'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom:
      'An account that was imported works at first, then every request gets 401, or 503 “auth_unavailable: no auth available”, until somebody imports it again.',
    cause: 'The auth file has a token that has ended and no refresh_token, or one that is dead: there is nothing to get a new one with.',
    check:
      'One request with room for few tokens: 401, or 503 auth_unavailable, while other models are answered. Then the file: refresh_token and an expiry must be there. GET /v0/management/auth-files says needs-login.',
    remediation:
      'Log in again with the proxy’s own log-in, or import a fresh token file with its refresh token, in the place of the old file and not beside it.',
  },
  cells: [
    ...crossing({ clients: ['openai-chat', 'anthropic-messages'], upstreams: ['codex'], streams: [false] }),
    ...crossing({ clients: ['openai-responses'], upstreams: ['codex'], streams: [true] }),
  ],
  accounts: { ended: {} },
  upstream: servesRenewedTokens,
  steps: (context) => ({
    inventory: listing(context.cell),
    asked: ask(context),
    askedAgain: ask(context, { after: ['asked'] }),
  }),
  expectations: [
    must('the-key-of-the-caller-is-fine', ['inventory'], ({ inventory }) => accepted(inventory)),
    must('an-account-whose-token-has-ended-is-answered', ['asked'], ({ asked }) => isAnswered(asked)),
    must.behind('only-a-token-that-is-good-is-shown', ['asked', 'askedAgain'], ({ asked, askedAgain }) =>
      allOf(shownAccess(asked, [1]), shownAccess(askedAgain, [1]), renewedWith([askedAgain], [])),
    ),
  ],
  remedy: { config: { 'auth-files': [ended] } },
  symptom: {
    config: { 'auth-files': [withoutRefreshToken] },
    violates: () => ['an-account-whose-token-has-ended-is-answered', 'only-a-token-that-is-good-is-shown'],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000 },
});
