import { allOf, crossing, defineScenario, must, says } from '#scenarios/kit/index';

import { ask, codexAccount, hourMs, renewalsGranted, renewedWith, saidByUpstream, servesGoodTokens } from './renewals.ts';

/** What the account has now: the log-in, or the copy of it that is left over, has been renewed once. */
const current = codexAccount('twice', { access_token: '{account:twice}-access-1', refresh_token: '{account:twice}-refresh-1' });
const olderCopy = codexAccount('twice');

/** Row 16 (d) L5 and the page's "avoid duplicate token imports": two files of one account, of which one is older than the last renewal. */
export default defineScenario({
  id: 'credentials/account-was-imported-twice',
  title: 'Two files of one account end each other’s log-in',
  matrixRow: 16,
  requires: ['auth-files', 'token-renewal'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom:
      'An account that was imported a second time works for some hours, then both of its files are refused with invalid_grant, and again after each new log-in.',
    cause:
      'Two auth files are copies of one log-in. Each is renewed for itself; with refresh tokens that are good once, the second renewal shows one that has been used, and the vendor ends the account.',
    check: 'List the auth files (GET /v0/management/auth-files) and look for two with the same account: label, account_id or profile ARN.',
    remediation: 'Remove all files of the account but one, log in again, and import it in the place of that one.',
  },
  cells: [...crossing({ clients: ['openai-chat', 'anthropic-messages'], upstreams: ['codex'], streams: [false] })],
  accounts: { twice: { startsAt: 1 } },
  upstream: servesGoodTokens,
  steps: (context) => ({
    before: ask(context),
    one: ask(context, { from: 2, after: ['before'], laterMs: 3 * hourMs }),
    two: ask(context, { from: 2, after: ['one'] }),
    three: ask(context, { from: 2, after: ['two'] }),
    later: ask(context, { from: 3, after: ['three'], laterMs: 3 * hourMs }),
  }),
  expectations: [
    must('an-account-works-while-its-tokens-are-good', ['before'], ({ before }) => says(before, saidByUpstream)),
    must.behind('an-account-is-renewed-once', ['one', 'two', 'three'], ({ one, two, three }) => renewedWith([one, two, three], [1])),
    must.behind('no-used-refresh-token-is-shown', ['one', 'two', 'three', 'later'], ({ one, two, three, later }) =>
      renewalsGranted([one, two, three, later]),
    ),
    must('an-account-stays-logged-in', ['one', 'two', 'three', 'later'], ({ one, later }) =>
      allOf(says(one, saidByUpstream), says(later, saidByUpstream)),
    ),
  ],
  remedy: { config: { 'auth-files': [current] } },
  symptom: {
    config: { 'auth-files': [current, olderCopy] },
    violates: () => ['an-account-is-renewed-once', 'no-used-refresh-token-is-shown', 'an-account-stays-logged-in'],
  },
  live: { safe: false, because: 'it would cost a live account its log-in' },
});
