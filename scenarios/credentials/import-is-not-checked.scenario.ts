import { allOf, defineScenario, deviates, holds, inShort, must, says, type CallerSight, type Reading } from '#scenarios/kit/index';

import { authFiles, emailOf, entrySays, filedAccount, listed, vendorsInConfig } from './files.ts';
import { ask, failsInWords, hourMs, renewedWith, saidByUpstream, servesGoodTokens, shownAccess } from './renewals.ts';

const fresh = {
  access_token: '{account:again}-access-0',
  refresh_token: '{account:again}-refresh-0',
  expired: '{in:86400}',
  last_refresh: '{in:10800}',
};
const dead = filedAccount('again', { access_token: '{account:dead}-access-0', refresh_token: '{account:dead}-refresh-0' });

const put = (name: string, json: unknown, after: readonly string[]) =>
  authFiles(`?name=${name}`, { method: 'POST', body: { json }, after });

const refusedNaming = (sight: CallerSight, ...words: readonly RegExp[]): Reading =>
  sight.status >= 400 && sight.status < 500 && words.every((word) => word.test(sight.bodyText))
    ? holds()
    : deviates({ expected: `a refusal that matches ${words.join(' and ')}`, actual: inShort(sight) });

const ofThisAccount = (sight: CallerSight): readonly unknown[] =>
  listed(sight)
    .map((file) => file['name'])
    .filter((name) => /again|second|broken/.test(String(name)));

/** Row 16 (d), "cure": files are checked when they come in, a second one of the same log-in is not taken, and a fresh one ends the trouble. */
export default defineScenario({
  id: 'credentials/import-is-not-checked',
  title: 'Nobody can see which account is dead, and a new file makes it two',
  matrixRow: 16,
  requires: ['auth-files', 'token-renewal', 'management-api'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom:
      'Callers get 503 from one model; the list of accounts shows nothing wrong, and after the import of a new file there are two accounts, or one that fails an hour later.',
    cause:
      'What a renewal needs is not looked at when a file is imported, the same log-in is taken in under a second name, and the state of an account is not told.',
    check:
      'GET /v0/management/auth-files: status needs-login and status_message name the account and the vendor’s answer. It costs nothing.',
    remediation:
      'Log in again and import the new file under the name of the old one (POST /v0/management/auth-files?name=FILE.json): it is in force at once. Do not import a file twice.',
  },
  cells: [{ client: 'openai-chat', upstream: 'codex', stream: false }],
  ground: { disk: { state: 'writable' } },
  accounts: { dead: { answers: [{ instead: { status: 400, body: { error: 'invalid_grant' } } }] }, again: {} },
  upstream: servesGoodTokens,
  steps: (context) => ({
    failing: ask(context, { from: 1, laterMs: 3 * hourMs }),
    listing: authFiles('', { after: ['failing'] }),
    fresh: put(`${emailOf('again')}.json`, { ...filedAccount('again'), ...fresh }, ['listing']),
    working: ask(context, { after: ['fresh'] }),
    healthy: authFiles('', { after: ['working'] }),
    second: put('second.json', { ...filedAccount('second'), ...fresh }, ['healthy']),
    broken: put('broken.json', { type: 'kiro', access_token: 'wireproof-access', auth_method: 'idc' }, ['second']),
    finally: authFiles('', { after: ['broken'] }),
  }),
  expectations: [
    must.behind('the-listing-names-the-account-that-has-to-log-in', ['failing', 'listing'], ({ failing, listing }) =>
      allOf(
        failsInWords(failing),
        entrySays(listing, 'again', { label: 'a***@accounts.example', status: 'needs-login' }, /invalid_grant.*log in/i),
      ),
    ),
    must.behind('a-fresh-file-is-in-force-at-once', ['failing', 'fresh', 'working'], ({ working }) =>
      allOf(shownAccess(working, [0]), renewedWith([working], []), says(working, saidByUpstream)),
    ),
    must.behind('the-listing-says-when-an-account-is-well-again', ['fresh', 'healthy'], ({ healthy }) =>
      entrySays(healthy, 'again', { status: 'ok', persisted: true }, /^$/),
    ),
    must.behind('a-second-file-of-the-same-log-in-is-refused-and-names-the-first', ['fresh', 'second'], ({ second }) =>
      refusedNaming(second, /refresh_token/, /again@accounts\.example/),
    ),
    must.behind('a-file-that-lacks-what-a-renewal-needs-is-refused-with-all-of-it', ['broken'], ({ broken }) =>
      refusedNaming(broken, /refresh_token/, /client_id/, /client_secret/, /region/),
    ),
    must.behind('what-was-refused-leaves-no-file', ['second', 'broken', 'finally'], (sights) => {
      const actual = ofThisAccount(sights.finally);
      return JSON.stringify(actual) === JSON.stringify([`${emailOf('again')}.json`])
        ? holds()
        : deviates({ expected: [`${emailOf('again')}.json`], actual });
    }),
  ],
  remedy: { proxy: ['invalid-grant-is-final'], config: { ...vendorsInConfig, 'auth-files': [dead] } },
  symptom: { violates: () => ['the-listing-names-the-account-that-has-to-log-in'] },
  live: { safe: false, because: 'it changes the accounts' },
});
