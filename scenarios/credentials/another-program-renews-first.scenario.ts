import { fileIn, looksAt, writesAnew } from '#scenarios/kit/actions/file';
import { acting, allOf, defineScenario, deviates, holds, must, says } from '#scenarios/kit/index';

import { emailOf, filedAccount, vendorsInConfig } from './files.ts';
import { ask, fileOf, hourMs, renewedWith, saidByUpstream, servesGoodTokens, shownAccess } from './renewals.ts';

const file = fileOf(emailOf('shared'));

/** What the other program has written: tokens that it got two hours and 59 minutes after the start, good for two hours. */
const written = filedAccount('shared', {
  access_token: '{account:shared}-access-1',
  refresh_token: '{account:shared}-refresh-1',
  last_refresh: '{in:10740}',
  expired: '{in:17940}',
});

/** Row 16 (d) L6: the vendor's own program and the proxy have one token file, and whoever renews first takes the other's token away. */
export default defineScenario({
  id: 'credentials/another-program-renews-first',
  title: 'The proxy loses its account whenever the IDE renews it, and the IDE when the proxy does',
  matrixRow: 16,
  requires: ['auth-files', 'token-renewal'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom:
      'An account fails with invalid_grant some time after somebody has worked with the vendor’s own program, which in turn asks to log in after the proxy was used.',
    cause:
      'Both have the same token file. Each keeps the tokens that it read at its start; the refresh token that one of them has used up is the one that the other shows next.',
    check:
      'See when the file was changed (modified in GET /v0/management/auth-files) and when the proxy renewed (last_refresh): a change that is not the proxy’s own is this.',
    remediation:
      'Give the proxy a log-in of its own. Where they have to share one: run a build that reads the file again before it renews, and writes what it got into it.',
  },
  cells: [{ client: 'openai-chat', upstream: 'codex', stream: false }],
  ground: { disk: { state: 'writable' } },
  accounts: { shared: { startsAt: 1 } },
  upstream: servesGoodTokens,
  steps: (context) => ({
    before: ask(context),
    theOther: acting(writesAnew(file, JSON.stringify(written)), { dialect: 'openai-chat', after: ['before'] }),
    ended: ask(context, { from: 1, after: ['theOther'], laterMs: 3 * hourMs }),
    ownTurn: ask(context, { from: 2, after: ['ended'], laterMs: 3 * hourMs }),
    look: acting(looksAt(file), { dialect: 'openai-chat', after: ['ownTurn'] }),
  }),
  expectations: [
    must.behind('a-refresh-token-that-another-program-has-used-up-is-not-shown', ['before', 'theOther', 'ended'], ({ before, ended }) =>
      allOf(shownAccess(before, [0]), renewedWith([ended], [])),
    ),
    must.behind('tokens-that-another-program-has-got-are-used', ['theOther', 'ended'], ({ ended }) =>
      allOf(shownAccess(ended, [1]), says(ended, saidByUpstream)),
    ),
    must.behind('what-the-proxy-renews-is-there-for-the-other-program', ['theOther', 'ended', 'ownTurn', 'look'], ({ ownTurn, look }) => {
      const tokens = /-(?:access|refresh)-\d+/g;
      const actual = [...(fileIn(look)?.text ?? '').matchAll(tokens)].map(([token]) => token).sort();
      const inFile = JSON.stringify(actual) === JSON.stringify(['-access-2', '-refresh-2']);
      return allOf(renewedWith([ownTurn], [1]), inFile ? holds() : deviates({ expected: ['-access-2', '-refresh-2'], actual }));
    }),
  ],
  remedy: { config: { ...vendorsInConfig, 'auth-files': [filedAccount('shared')] } },
  symptom: {
    violates: () => [],
    none: 'the reference proxy looks into the file before each renewal and writes each one down; no unit of it is that, since without it nothing could be kept',
  },
  live: { safe: false, because: 'it writes into a file on the machine of the proxy' },
});
