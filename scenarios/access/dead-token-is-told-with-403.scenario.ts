import { shownAccount } from '#fixtures/upstreams/blocked-account';
import { renewedToken } from '#fixtures/upstreams/token-renewal';
import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  cannotTell,
  converse,
  crossing,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  reachedUpstream,
  says,
  type CallerSight,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { hasStatus, isNotRefused, marked, notEntitled, onceRefused, refusal, saidByUpstream } from './accounts.ts';
import { accepted, listing } from './keys.ts';

const isRenewed = (request: Pick<UpstreamRequest, 'headers' | 'query'>): boolean => shownAccount(request).includes(renewedToken);

/** Live, a refusal that speaks of something else than a token, or of nobody who could be asked, is another trouble. */
const isNoDeadToken = (sight: CallerSight): Reading =>
  sight.live !== true || sight.status === 200 || /token|auth_unavailable|no usable credential/i.test(sight.bodyText)
    ? isNotRefused(sight)
    : cannotTell('prerequisite-failed', `it failed, and not for a token: ${inShort(sight)}`);

const shownTokens = (sight: FullSight, expected: string): Reading => {
  const actual = sight.upstreamCalls.map((call) => (isRenewed(call) ? 'the new token' : 'the dead token')).join(', then ');
  return actual === expected ? holds() : deviates({ expected, actual: actual || 'no upstream request' });
};

/**
 * Row 2 (b) 5 and (e) 4. Kiro is the vendor that does it; its words are played by another upstream here, since what decides is the text.
 */
export default defineScenario({
  id: 'access/dead-token-is-told-with-403',
  title: 'A 403 that means an expired token is treated as a missing licence',
  matrixRow: 2,
  requires: ['token-renewal'],
  remembers: true,
  diagnosis: {
    symptom:
      'An account that worked an hour ago gets 403 "The bearer token included in the request is invalid." until somebody logs in again.',
    cause:
      'The vendor tells a dead token with 403 instead of 401. A proxy that goes by the status takes it for a missing right, does not renew the token, and lets the account rest.',
    check:
      'Read the text of the 403: a token or credential that is invalid or expired is no matter of licences. Look when the token was last renewed.',
    remediation:
      'Run a build that renews the token once when the text of a 403 says so. Where there is no refresh token, log in again or import the account anew.',
  },
  // A proxy of its own each: all callers plain, two of them streaming, are enough for what is remembered.
  cells: [
    ...crossing({
      clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
      upstreams: ['codex'],
      streams: [false],
    }),
    ...crossing({ clients: ['openai-responses', 'anthropic-messages'], upstreams: ['codex'], streams: [true] }),
  ],
  upstream: () =>
    answer('text')
      .when(marked(notEntitled), refusal('not-entitled'))
      .when((request) => !isRenewed(request), refusal('dead-token')),
  steps: ({ cell, model }) => {
    const ask = (text: string, after: readonly string[]) =>
      converse(cell, { model: model('lapsed'), text, maxOutputTokens: 16 }, { after });
    // The refusal of rights comes first: a renewal that it caused would then be seen.
    return {
      inventory: listing(cell),
      withoutRights: ask(`Say ok. ${notEntitled}`, []),
      first: ask('Say ok.', ['withoutRights']),
      second: ask('Say ok.', ['first']),
    };
  },
  expectations: [
    must('the-key-of-the-caller-is-fine', ['inventory'], ({ inventory }) => accepted(inventory)),
    must('a-dead-token-does-not-show', ['first'], ({ first }) => isNoDeadToken(first)),
    must.behind('the-same-request-goes-out-with-a-new-token', ['first'], ({ first }) =>
      allOf(shownTokens(first, 'the dead token, then the new token'), says(first, saidByUpstream)),
    ),
    must.behind('the-next-request-shows-the-new-token-at-once', ['second'], ({ second }) =>
      allOf(shownTokens(second, 'the new token'), says(second, saidByUpstream)),
    ),
    must.behind('a-403-about-rights-renews-no-token', ['withoutRights'], ({ withoutRights }) =>
      allOf(reachedUpstream(withoutRights, 1), shownTokens(withoutRights, 'the dead token')),
    ),
    must.behind('a-403-about-rights-reaches-the-caller', ['withoutRights'], ({ withoutRights }) =>
      onceRefused([withoutRights], () => hasStatus(withoutRights, 403)),
    ),
  ],
  // The persona is the build: that of the page goes by the status.
  remedy: { config: { persona: 'documented' } },
  symptom: {
    violates: () => [
      'a-dead-token-does-not-show',
      'the-same-request-goes-out-with-a-new-token',
      'the-next-request-shows-the-new-token-at-once',
    ],
    config: { persona: 'cliproxyapi-2026-02' },
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000, round: 'thorough' },
});
