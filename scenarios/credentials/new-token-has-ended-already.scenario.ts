import { allOf, crossing, defineScenario, must, says, type FullSight, type Reading } from '#scenarios/kit/index';

import {
  ask,
  codexAccount,
  codexModel,
  hourMs,
  minuteMs,
  renewedWith,
  saidByUpstream,
  servesGoodTokens,
  shownAccess,
  showsGoodToken,
} from './renewals.ts';

const usesOneToken = (first: FullSight, second: FullSight): Reading =>
  allOf(
    renewedWith([first], [0]),
    renewedWith([second], []),
    shownAccess(first, [1]),
    shownAccess(second, [1]),
    says(second, saidByUpstream),
  );

/** Row 16 (e) 2, 3 and 9: what is believed about the life of a token. */
export default defineScenario({
  id: 'credentials/new-token-has-ended-already',
  title: 'A token is renewed with every request, because each new one counts as ended when it comes',
  matrixRow: 16,
  requires: ['auth-files', 'token-renewal'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom:
      'Each request takes a second longer than it should, and the log has a successful refresh for each; after a while the token endpoint answers 429.',
    cause:
      'The vendor says expiresIn 0, or its clock is behind, so that the new token’s own expiry lies in the past. The proxy believes it and renews the token anew each time.',
    check:
      'Read the last answer of the token endpoint, or expires_at beside last_refresh in the auth file: an expiry that is not later is this.',
    remediation: 'Run a build that takes a lifetime of nothing for an hour. Set the clock of the proxy’s machine (NTP).',
  },
  cells: [...crossing({ clients: ['openai-chat', 'openai-responses'], upstreams: ['codex'], streams: [false] })],
  accounts: {
    nothing: { answers: [{ expiresIn: 0 }] },
    behind: { answers: [{ expiresIn: null, jwtEndsIn: -7_200 }] },
    opaque: {},
    ending: {},
  },
  upstream: servesGoodTokens,
  steps: (context) => ({
    before: ask(context),
    nothing: ask(context, { from: 1, after: ['before'], laterMs: 3 * hourMs }),
    nothingNext: ask(context, { from: 1, after: ['nothing'], laterMs: minuteMs }),
    behind: ask(context, { of: codexModel('skewed'), from: 1, after: ['nothingNext'] }),
    behindNext: ask(context, { of: codexModel('skewed'), from: 1, after: ['behind'], laterMs: minuteMs }),
    opaque: ask(context, { of: codexModel('opaque'), after: ['behindNext'], laterMs: 24 * 30 * hourMs }),
    ending: ask(context, { of: codexModel('ending'), from: 1, after: ['opaque'] }),
  }),
  expectations: [
    must.behind('a-token-that-is-good-is-shown-as-it-is', ['before'], ({ before }) => showsGoodToken(before)),
    must.behind('a-lifetime-of-nothing-is-not-believed', ['nothing', 'nothingNext'], (sights) =>
      usesOneToken(sights.nothing, sights.nothingNext),
    ),
    must.behind('an-expiry-before-its-renewal-is-not-believed', ['behind', 'behindNext'], (sights) =>
      usesOneToken(sights.behind, sights.behindNext),
    ),
    must.behind('a-token-that-does-not-say-when-it-ends-is-used-until-it-is-refused', ['opaque'], ({ opaque }) =>
      allOf(renewedWith([opaque], []), shownAccess(opaque, [0]), says(opaque, saidByUpstream)),
    ),
    must.behind('what-a-token-says-of-its-end-counts-before-what-the-file-says', ['ending'], ({ ending }) =>
      allOf(renewedWith([ending], [0]), shownAccess(ending, [1]), says(ending, saidByUpstream)),
    ),
  ],
  remedy: {
    proxy: ['assume-token-lifetime'],
    config: {
      'auth-files': [
        codexAccount('nothing'),
        codexAccount('behind', { prefix: 'skewed' }),
        codexAccount('opaque', { prefix: 'opaque', expired: '' }),
        // Its claims end half a minute after the question is put, the file's word in a year.
        codexAccount('ending', {
          prefix: 'ending',
          access_token: `{jwt:${30 * 24 * 3_600 + 3 * 3_600 + 150}}.{account:ending}-access-0`,
          expired: `{in:${365 * 24 * 3_600}}`,
        }),
      ],
    },
  },
  symptom: { violates: () => ['a-lifetime-of-nothing-is-not-believed', 'an-expiry-before-its-renewal-is-not-believed'] },
  live: { safe: false, because: 'a live vendor cannot be made to say nothing of a lifetime' },
});
