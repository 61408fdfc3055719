import {
  allOf,
  answer,
  converse,
  crossing,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  probe,
  reachedUpstream,
  refused,
  says,
  should,
  type Cell,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { refuses, tellsWait, turnedAwayAlone } from './waits.ts';

const saidByUpstream = 'Wireproof says ok.';

/** What the vendor asks for, in seconds. */
const wait = 30;

/** The user's text to a vendor that has served its quota out. */
const isServed = '[there is quota]';

/** Each vendor behind its own dialect, those that have none in front of them, and what differs in a stream. */
const cells: readonly Cell[] = (
  [
    ['openai-chat', 'openai-chat', [false, true]],
    ['openai-responses', 'openai-responses', [false]],
    ['anthropic-messages', 'anthropic-messages', [false, true]],
    ['gemini-generate', 'gemini-generate', [false, true]],
    ['openai-chat', 'codex', [false]],
    ['anthropic-messages', 'antigravity', [false]],
  ] as const
).flatMap(([client, upstream, streams]) => crossing({ clients: [client], upstreams: [upstream], streams }));

/** What comes after is about a vendor that has refused. */
const afterRefusal = (first: FullSight, judge: () => Reading): Reading =>
  first.upstreamCalls.length > 0
    ? judge()
    : deviates({ expected: 'a request to the upstream', actual: `none; the caller got ${inShort(first)}` });

export default defineScenario({
  id: 'limits/exhausted-account-is-hammered',
  title: 'An account that is out of quota is asked again by every request',
  matrixRow: 'rate-limits',
  requires: ['quota-cooldown'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom: 'Upstreams throttle for much longer than they announce; the metrics show as many refused requests as requests.',
    cause:
      'Nothing remembers a 429: every request, and every retry of every client, asks the exhausted account again, and many vendors count refused requests too.',
    check: 'Ask twice within a second. If the second refusal is the upstream’s own words again, nothing rests; look for disable-cooling.',
    remediation:
      'Let exhausted accounts rest (disable-cooling: false), add credentials or another provider, and have clients wait as long as Retry-After says.',
  },
  cells,
  upstream: () =>
    answer('text').when(
      ({ bodyBytes }) => !bodyBytes.includes(isServed),
      (request) => refuses(request, { headers: { 'retry-after': String(wait) } }),
    ),
  steps: ({ cell, model }) => {
    const ask = (text: string, options: Parameters<typeof converse>[2]) =>
      converse(cell, { model: model(), text, maxOutputTokens: 16 }, options);
    return {
      first: ask('Say ok.', {}),
      second: ask('Say ok.', { after: ['first'] }),
      third: ask('Say ok.', { after: ['first'] }),
      listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models', after: ['first'] }),
      early: ask(`Say ok. ${isServed}`, { after: ['second', 'third', 'listing'], laterMs: (wait - 3) * 1000 }),
      onTime: ask(`Say ok. ${isServed}`, { after: ['early'], laterMs: 4_000 }),
      afterwards: ask(`Say ok. ${isServed}`, { after: ['onTime'] }),
    };
  },
  expectations: [
    must.behind('a-refusal-for-quota-stays-429', ['first'], ({ first }) => afterRefusal(first, () => refused(first, 429))),
    should.behind('a-refusal-for-quota-says-when-to-come-back', ['first'], ({ first }) =>
      afterRefusal(first, () => tellsWait(first, wait, wait)),
    ),
    must.behind('an-exhausted-account-is-asked-once', ['first', 'second', 'third'], ({ first, second, third }) =>
      afterRefusal(first, () => allOf(reachedUpstream(first, 1), turnedAwayAlone(second), turnedAwayAlone(third))),
    ),
    must.behind('who-is-turned-away-gets-429-in-the-callers-own-envelope', ['first', 'second'], ({ first, second }) =>
      afterRefusal(first, () => refused(second, 429)),
    ),
    should.behind('who-is-turned-away-is-told-how-long', ['first', 'second'], ({ first, second }) =>
      afterRefusal(first, () => tellsWait(second, wait - 5, wait)),
    ),
    should.behind('an-exhausted-model-stays-in-the-list', ['first', 'listing'], ({ first, listing }) =>
      afterRefusal(first, () => {
        const { body, path } = first.probe;
        const inBody = body !== undefined && 'json' in body ? (body.json as { model?: unknown }).model : undefined;
        const name = typeof inBody === 'string' ? inBody : (/\/models\/([^:]+):/.exec(path)?.[1] ?? '');
        return listing.bodyText.includes(`"${name}"`) ? holds() : deviates({ expected: `a list with ${name}`, actual: inShort(listing) });
      }),
    ),
    must.behind('the-wait-is-kept-to-its-end', ['first', 'early'], ({ first, early }) => afterRefusal(first, () => turnedAwayAlone(early))),
    must.behind('who-comes-back-on-time-is-answered', ['first', 'onTime'], ({ first, onTime }) =>
      afterRefusal(first, () => says(onTime, saidByUpstream)),
    ),
    must.behind('after-an-answer-nobody-waits-any-more', ['onTime', 'afterwards'], ({ afterwards }) => says(afterwards, saidByUpstream)),
  ],
  remedy: { config: { 'disable-cooling': false } },
  symptom: { violates: () => ['an-exhausted-account-is-asked-once', 'the-wait-is-kept-to-its-end'] },
  live: {
    safe: false,
    because: 'it needs an upstream that refuses for quota; limits/no-capacity-is-left asks a live target whether it does',
  },
});
