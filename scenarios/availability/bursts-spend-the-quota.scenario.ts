import {
  allOf,
  answer,
  CLIENT_KEY,
  converse,
  crossing,
  defineScenario,
  deviates,
  holds,
  mentions,
  must,
  refused,
  says,
  should,
  type CallerSight,
} from '#scenarios/kit/index';

import { saysWhen } from './used-up.ts';

const saidByUpstream = 'Wireproof says ok.';

/** What the key may ask in a minute, and what its client asks at once. */
const perMinute = 3;
const burst = ['one', 'two', 'three', 'four', 'five', 'six'] as const;

const isAnswered = (sight: CallerSight): boolean => says(sight, saidByUpstream).kind === 'holds';

export default defineScenario({
  id: 'availability/bursts-spend-the-quota',
  title: 'One client’s burst spends the free quota of the day',
  matrixRow: 19,
  requires: ['client-rate-limits'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom:
      'An allowance of a day, or of a minute, is used up within seconds: one client asks as often as it can, and everybody else gets 429.',
    cause:
      'Nothing between client and upstream holds requests back; each one goes out, and those that the client repeats after a refusal too.',
    check: 'Count the requests of one key in the log for a minute, and compare them with the upstream’s limit per minute.',
    remediation:
      'Ask with fewer requests at once, or give the key requests-per-minute below the upstream’s limit: those beyond it are told when to come back, and cost no quota.',
  },
  cells: crossing({
    clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
    upstreams: ['openai-chat'],
    streams: [false],
  }),
  upstream: () => answer('text'),
  steps: ({ cell, model }) => {
    const ask = () => converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 });
    return { one: ask(), two: ask(), three: ask(), four: ask(), five: ask(), six: ask() };
  },
  expectations: [
    must.behind('a-burst-is-cut-before-the-upstream', burst, (sights) => {
      const [sent, answered] = [
        Object.values(sights).reduce((sum, { upstreamCalls }) => sum + upstreamCalls.length, 0),
        Object.values(sights).filter(isAnswered).length,
      ];
      return sent === perMinute && answered === perMinute
        ? holds()
        : deviates({ expected: `${perMinute} upstream requests and as many answers`, actual: `${sent} and ${answered}` });
    }),
    must.behind('who-is-beyond-the-limit-is-told-so', burst, (sights) => {
      const others = Object.values(sights).filter((sight) => !isAnswered(sight));
      if (others.length === 0) return deviates({ expected: 'some beyond the limit', actual: 'none' });
      return allOf(...others.map((sight) => refused(sight, 429, (error) => mentions(error, /limit|per minute|too many/i))));
    }),
    should.behind('who-is-beyond-the-limit-is-told-when', burst, (sights) => {
      const others = Object.values(sights).filter((sight) => !isAnswered(sight));
      if (others.length === 0) return deviates({ expected: 'some beyond the limit', actual: 'none' });
      return allOf(...others.map((sight) => saysWhen(sight, 60)));
    }),
  ],
  remedy: { config: { 'api-keys': [{ key: CLIENT_KEY, 'requests-per-minute': perMinute }] } },
  symptom: {
    violates: () => ['a-burst-is-cut-before-the-upstream', 'who-is-beyond-the-limit-is-told-so', 'who-is-beyond-the-limit-is-told-when'],
  },
  live: { safe: false, because: 'a burst would spend the quota that it is about' },
});
