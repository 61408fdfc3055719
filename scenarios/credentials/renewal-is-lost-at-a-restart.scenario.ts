import { restartIn, restarts } from '#scenarios/kit/actions/restart';
import { acting, allOf, cannotTell, defineScenario, must, says } from '#scenarios/kit/index';

import { authFiles, entrySays, filedAccount, vendorsInConfig } from './files.ts';
import { ask, hourMs, renewedWith, saidByUpstream, servesGoodTokens, shownAccess } from './renewals.ts';

/** Row 16 (e) 6, where row 15 meets row 16: a renewal that succeeds and cannot be written down. */
export default defineScenario({
  id: 'credentials/renewal-is-lost-at-a-restart',
  title: 'After every restart the accounts have to log in again',
  matrixRow: 16,
  requires: ['auth-files', 'token-renewal', 'management-api'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom: 'All accounts work for days; after a restart or an update each of them has to log in again.',
    cause:
      'The directory of the auth files is mounted read-only. Renewals work, in memory; the file keeps the refresh token of before, which is used up, and that is what the next start reads.',
    check:
      'GET /v0/management/auth-files: persisted is false and status_message says why; last_refresh is later than modified. The log has token-not-persisted.',
    remediation:
      'Mount auth-dir writable before the next restart: the proxy writes the tokens down as soon as it can, at the latest when it ends. Else log in again.',
  },
  cells: [{ client: 'openai-chat', upstream: 'codex', stream: false }],
  ground: { disk: { state: 'writable' } },
  accounts: { rotating: {} },
  upstream: servesGoodTokens,
  steps: (context) => ({
    renewed: ask(context, { from: 1, laterMs: 3 * hourMs }),
    listing: authFiles('', { after: ['renewed'] }),
    restart: acting(restarts, { dialect: 'openai-chat', after: ['listing'] }),
    afterwards: ask(context, { from: 1, after: ['restart'] }),
  }),
  expectations: [
    must.behind('a-renewal-works-until-the-restart-wherever-it-is-kept', ['renewed'], ({ renewed }) =>
      allOf(renewedWith([renewed], [0]), shownAccess(renewed, [1]), says(renewed, saidByUpstream)),
    ),
    must.behind('the-listing-says-that-renewed-tokens-are-kept', ['renewed', 'listing'], ({ listing }) =>
      entrySays(listing, 'rotating', { loaded: true, status: 'ok', persisted: true }),
    ),
    must.behind('an-account-survives-a-restart', ['renewed', 'restart', 'afterwards'], ({ restart, afterwards }) =>
      restartIn(restart)?.started === true
        ? allOf(shownAccess(afterwards, [1]), says(afterwards, saidByUpstream))
        : cannotTell('prerequisite-failed', `the target did not start again: ${restartIn(restart)?.because ?? 'nobody knows why'}`),
    ),
    must.behind('a-restart-shows-no-used-refresh-token', ['renewed', 'restart', 'afterwards'], ({ restart, afterwards }) =>
      // A token that has ended is renewed at the start, or with the first question, whichever comes first.
      renewedWith([restart, afterwards], []),
    ),
  ],
  remedy: { config: { ...vendorsInConfig, 'auth-files': [filedAccount('rotating')] } },
  symptom: {
    ground: { disk: { state: 'writable', authDir: 'read-only' } },
    config: { ...vendorsInConfig, 'auth-files': [filedAccount('rotating')] },
    violates: () => [
      'the-listing-says-that-renewed-tokens-are-kept',
      'an-account-survives-a-restart',
      'a-restart-shows-no-used-refresh-token',
    ],
  },
  live: { safe: false, because: 'it restarts the proxy' },
});
