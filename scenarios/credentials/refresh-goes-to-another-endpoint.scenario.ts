import { tokenNumber, type AccountCall } from '#fixtures/upstreams/accounts/account-script';
import {
  allOf,
  cannotTell,
  crossing,
  defineScenario,
  deviates,
  holds,
  must,
  says,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import {
  ask,
  endpointsIn,
  hourMs,
  kiroEndpoints,
  kiroFiles,
  kiroModel,
  renewalsIn,
  saidByUpstream,
  servesGoodTokens,
  type KiroLogIn,
} from './renewals.ts';

const renewedAt = (sight: FullSight, logIn: KiroLogIn): Reading => {
  if (sight.accountCalls === undefined) return cannotTell('not-visible-here', 'the target was given no account of this scenario');
  const actual = endpointsIn(sight);
  return actual.length === 1 && actual[0] === kiroEndpoints[logIn] ? holds() : deviates({ expected: [kiroEndpoints[logIn]], actual });
};

const generationsIn = (sight: FullSight): readonly AccountCall[] => (sight.accountCalls ?? []).filter(({ kind }) => kind === 'generation');

const asksWith = (sight: FullSight, expected: readonly number[]): Reading => {
  const actual = generationsIn(sight).map(({ shown }) => tokenNumber(shown) ?? shown);
  return JSON.stringify(actual) === JSON.stringify(expected) ? holds() : deviates({ expected, actual });
};

const lives = (sight: FullSight, logIn: KiroLogIn): Reading =>
  allOf(renewedAt(sight, logIn), asksWith(sight, [1]), says(sight, saidByUpstream));

/** AWS takes JSON in camel case; a form, or no client, is refused. */
const showsItsClient = (sight: FullSight): Reading => {
  const [members = {}] = renewalsIn(sight).map((call) => call.members);
  const wanted = { clientId: 'wireproof-client', clientSecret: 'wireproof-client-secret' };
  const actual = { clientId: members['clientId'], clientSecret: members['clientSecret'] };
  return JSON.stringify(actual) === JSON.stringify(wanted) ? holds() : deviates({ expected: wanted, actual: Object.keys(members) });
};

const keepsItsProfile = (sight: FullSight, logIn: KiroLogIn): Reading => {
  const expected = `arn:aws:codewhisperer:us-east-1:000000000000:profile/${logIn}`;
  const actual = generationsIn(sight).map(({ members }) => members['profileArn']);
  return actual.length > 0 && actual.every((arn) => arn === expected) ? holds() : deviates({ expected: [expected], actual });
};

/**
 * Row 16 (d) L2 and (e) 8. Kiro's models are asked at the vendor of the accounts itself, which the mocked upstreams have beside their
 * surfaces: that of the cell is not asked.
 */
export default defineScenario({
  id: 'credentials/refresh-goes-to-another-endpoint',
  title: 'An imported Kiro account works for an hour, then its refresh token is called invalid',
  matrixRow: 16,
  requires: ['auth-files', 'token-renewal'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom:
      'A Kiro account works after its import and fails an hour later, although its refresh token is new; log: 400 “Invalid refresh token provided”.',
    cause:
      'Kiro has an endpoint for each way of logging in, and the file says which: auth_method and region. Where they are missing or spelled in another way, the token of one goes to the endpoint of another.',
    check:
      'Read auth_method and region of the auth file: social, builder-id or idc, for the last two with client_id, client_secret and region. See in the log which host was asked.',
    remediation:
      'Import the file of the log-in as it is, camel case and capitals included, or put auth_method, region, client_id and client_secret right. Run a build that refuses a file in which they are missing.',
  },
  cells: [
    ...crossing({ clients: ['openai-chat'], upstreams: ['codex'], streams: [false] }),
    ...crossing({ clients: ['anthropic-messages'], upstreams: ['codex'], streams: [true] }),
  ],
  accounts: Object.fromEntries(Object.entries(kiroEndpoints).map(([name, knownAt]) => [name, { knownAt }])),
  upstream: servesGoodTokens,
  steps: (context) => ({
    before: ask(context, { of: kiroModel('social') }),
    social: ask(context, { of: kiroModel('social'), after: ['before'], laterMs: 3 * hourMs }),
    builder: ask(context, { of: kiroModel('builder'), after: ['social'] }),
    organisation: ask(context, { of: kiroModel('organisation'), after: ['builder'] }),
  }),
  expectations: [
    must.behind('a-token-that-is-good-is-shown-as-it-is', ['before'], ({ before }) =>
      allOf(asksWith(before, [0]), says(before, saidByUpstream)),
    ),
    must.behind('a-social-log-in-is-renewed-at-kiros-own-endpoint', ['social'], ({ social }) => lives(social, 'social')),
    must.behind('a-builder-id-is-renewed-at-aws', ['builder'], ({ builder }) => lives(builder, 'builder')),
    must.behind('an-organisations-log-in-is-renewed-in-its-region', ['organisation'], ({ organisation }) =>
      lives(organisation, 'organisation'),
    ),
    must.behind('aws-is-shown-the-client-of-the-log-in', ['builder', 'organisation'], ({ builder, organisation }) =>
      allOf(showsItsClient(builder), showsItsClient(organisation)),
    ),
    must.behind('an-answer-without-a-profile-leaves-the-accounts-own', ['social', 'builder'], ({ social }) =>
      keepsItsProfile(social, 'social'),
    ),
    must('an-imported-account-outlives-its-first-token', ['social', 'builder', 'organisation'], ({ social, builder, organisation }) =>
      allOf(...[social, builder, organisation].map((sight) => says(sight, saidByUpstream))),
    ),
  ],
  // The page's remediation: the file as the log-in wrote it, in place of one in which the way of logging in got lost. The unit keeps the profile.
  remedy: {
    proxy: ['keep-refresh-token'],
    config: { 'auth-files': kiroFiles, 'oauth-upstreams': { kiro: { 'token-gateway': '{accounts}' } } },
  },
  symptom: {
    config: {
      'auth-files': kiroFiles.map((file) => ({ ...file, authMethod: 'social' })),
      'oauth-upstreams': { kiro: { 'token-gateway': '{accounts}' } },
    },
    violates: () => [
      'a-builder-id-is-renewed-at-aws',
      'an-organisations-log-in-is-renewed-in-its-region',
      'aws-is-shown-the-client-of-the-log-in',
      'an-answer-without-a-profile-leaves-the-accounts-own',
      'an-imported-account-outlives-its-first-token',
    ],
  },
  live: { safe: false, because: 'it takes the whole life of a token of each way of logging in' },
});
