import { converse, defineScenario, must, type Probe } from '#scenarios/kit/index';

import { twoPairs } from './pairs.ts';
import { cameThrough, cameWordByWord, wordByWord } from './in-step.ts';

/** Sheet row 17 (d), toolchain.md 7: nginx with buffering on, which nothing that the proxy says switches off, and gzip on top. */
export default defineScenario({
  id: 'streaming/reverse-proxy-collects',
  title: 'A reverse proxy is set to collect streams, with or without gzip',
  matrixRow: 17,
  requires: [],
  diagnosis: {
    symptom:
      'Through the public address a streamed answer hangs and then is there as a whole, for callers who take gzip too. The proxy’s own address streams.',
    cause:
      'The reverse proxy is set to buffer answers and to ignore what they say of it, or it compresses them in blocks. The proxy behind it can do nothing about it.',
    check:
      'Ask the same with curl -N at the public and at the proxy’s own address, with and without --compressed. Where only the public one waits, it is a hop before the proxy.',
    remediation:
      'On every hop, for event streams: proxy_buffering off, proxy_cache off, no proxy_ignore_headers X-Accel-Buffering, and no gzip that is not flushed with every event.',
  },
  cells: twoPairs,
  ground: { between: { buffering: 'never', gzip: true } },
  upstream: () => wordByWord,
  steps: ({ cell, model }) => {
    const ask = (options: Partial<Pick<Probe, 'via' | 'headers'>> = {}) =>
      converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }, options);
    return { through: ask(), zipped: ask({ headers: { 'accept-encoding': 'gzip' } }), around: ask({ via: 'own-address' }) };
  },
  expectations: [
    must.behind('each-word-comes-by-itself-at-its-own-address', ['around'], ({ around }) => cameWordByWord(around)),
    must.behind('each-word-comes-by-itself-through-a-reverse-proxy', ['through', 'around'], ({ through, around }) =>
      cameThrough(through, around),
    ),
    must.behind('each-word-comes-by-itself-for-callers-who-take-gzip', ['zipped', 'around'], ({ zipped, around }) =>
      cameThrough(zipped, around),
    ),
  ],
  remedy: { config: {} },
  symptom: {
    ground: { between: { buffering: 'always', gzip: true } },
    violates: () => ['each-word-comes-by-itself-through-a-reverse-proxy', 'each-word-comes-by-itself-for-callers-who-take-gzip'],
  },
  live: { safe: false, because: 'a real upstream does not wait for what its caller has seen' },
});
