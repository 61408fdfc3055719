import {
  allOf,
  cannotTell,
  crossing,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  says,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import {
  ask,
  codexAccount,
  failsInWords,
  hourMs,
  minuteMs,
  renewedAtMost,
  renewedWith,
  saidByUpstream,
  servesGoodTokens,
  shownAccess,
  showsGoodToken,
} from './renewals.ts';

const logSays = ({ logs }: FullSight, pattern: RegExp): Reading => {
  if (logs === undefined) return cannotTell('not-visible-here', 'the target hands over no log');
  const warnings = logs.filter(({ level }) => level === 'warn' || level === 'error').map(({ message }) => message);
  return warnings.some((message) => pattern.test(message))
    ? holds()
    : deviates({ expected: `a warning that matches ${pattern}`, actual: warnings });
};

const saysToLogIn = (sight: FullSight): Reading =>
  /log.?in|auth_unavailable/i.test(sight.bodyText)
    ? failsInWords(sight)
    : deviates({ expected: 'an error that says that the account has to log in', actual: inShort(sight) });

/** Row 16 (d) L4: a refresh token that the vendor has refused for good is shown again every few minutes. */
export default defineScenario({
  id: 'credentials/refused-refresh-goes-on',
  title: 'A refresh token that the vendor has refused is tried again for ever',
  matrixRow: 16,
  requires: ['auth-files', 'token-renewal'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom:
      'The log has the same failed refresh every five minutes, day and night; nobody is told that somebody has to log in, and the vendor may take it for an attack.',
    cause:
      'Only a 401 of the token endpoint counts as final. 400 invalid_grant, which is how most vendors say that a refresh token is dead, is taken for an outage.',
    check:
      'Count the refreshes of one account in the log, and read the answer: invalid_grant, “Invalid refresh token provided” or refresh_token_reused.',
    remediation:
      'Log in again and put the new file in the place of the old one. Run a build that stops at invalid_grant and says whose log-in is due.',
  },
  cells: [...crossing({ clients: ['openai-chat', 'anthropic-messages'], upstreams: ['codex'], streams: [false] })],
  accounts: {
    dead: {
      answers: [
        { instead: { status: 500, body: { error: 'server_error' } } },
        {},
        { instead: { status: 400, body: { error: 'invalid_grant' } } },
      ],
    },
  },
  upstream: servesGoodTokens,
  steps: (context) => ({
    before: ask(context),
    outage: ask(context, { from: 1, after: ['before'], laterMs: 3 * hourMs }),
    stillOut: ask(context, { from: 1, after: ['outage'] }),
    overIt: ask(context, { from: 1, after: ['stillOut'], laterMs: 10 * minuteMs }),
    refused: ask(context, { from: 2, after: ['overIt'], laterMs: 3 * hourMs }),
    soonAgain: ask(context, { from: 2, after: ['refused'], laterMs: 10 * minuteMs }),
    muchLater: ask(context, { from: 2, after: ['soonAgain'], laterMs: 2 * hourMs }),
  }),
  expectations: [
    must.behind('a-token-that-is-good-is-shown-as-it-is', ['before'], ({ before }) => showsGoodToken(before)),
    must.behind('an-endpoint-that-is-out-of-order-is-not-asked-with-every-request', ['outage', 'stillOut'], ({ outage, stillOut }) =>
      allOf(renewedWith([outage, stillOut], [0]), failsInWords(outage), failsInWords(stillOut)),
    ),
    must.behind('an-outage-of-the-token-endpoint-is-not-the-end-of-an-account', ['outage', 'overIt'], ({ outage, overIt }) =>
      allOf(renewedWith([outage, overIt], [0, 0]), shownAccess(overIt, [1]), says(overIt, saidByUpstream)),
    ),
    must.behind('a-refresh-token-that-was-refused-is-not-shown-again', ['refused', 'soonAgain', 'muchLater'], (sights) =>
      allOf(renewedWith([sights.refused], [1]), renewedAtMost([sights.soonAgain, sights.muchLater], 0)),
    ),
    must.behind('a-token-that-has-ended-is-not-shown', ['refused', 'muchLater'], ({ refused, muchLater }) =>
      allOf(shownAccess(refused, []), shownAccess(muchLater, [])),
    ),
    must.behind('callers-are-told-that-somebody-has-to-log-in', ['refused', 'soonAgain'], ({ refused, soonAgain }) =>
      allOf(renewedWith([refused], [1]), saysToLogIn(refused), saysToLogIn(soonAgain)),
    ),
    must.behind('the-log-names-the-account-that-has-to-log-in', ['refused'], ({ refused }) =>
      logSays(refused, /^codex:\w+: .*invalid_grant.*Log in/i),
    ),
  ],
  remedy: { proxy: ['invalid-grant-is-final'], config: { 'auth-files': [codexAccount('dead')] } },
  symptom: {
    violates: () => [
      'a-refresh-token-that-was-refused-is-not-shown-again',
      'callers-are-told-that-somebody-has-to-log-in',
      'the-log-names-the-account-that-has-to-log-in',
    ],
  },
  live: { safe: false, because: 'it takes hours, and a refresh token that is dead' },
});
