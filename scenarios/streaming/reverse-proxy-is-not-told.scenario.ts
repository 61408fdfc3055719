import { converse, defineScenario, must, says, should } from '#scenarios/kit/index';

import { samePairs } from '../complaints/upstreams.ts';
import { cameThrough, cameWordByWord, said, wordByWord } from './in-step.ts';

/** Sheet row 17 (c): CLIProxyAPI never sends the header. toolchain.md 7: what nginx does with and without it. */
export default defineScenario({
  id: 'streaming/reverse-proxy-is-not-told',
  title: 'A reverse proxy collects the stream because nobody told it not to',
  matrixRow: 17,
  requires: [],
  diagnosis: {
    symptom: 'Behind nginx a streamed answer appears at once and at its end; asked without nginx, word by word.',
    cause:
      'nginx collects answers unless it is configured otherwise or the answer says X-Accel-Buffering: no, and the proxy does not say that of its event streams.',
    check:
      'Ask with curl -N, through the public address and at the proxy’s own: the hop is the one behind which words come together. curl -si at the own address shows whether X-Accel-Buffering is there.',
    remediation:
      'Send X-Accel-Buffering: no with every event stream, or switch proxy_buffering off for this location. nginx keeps the header to itself: look for it at the proxy’s own address.',
  },
  cells: samePairs(true),
  ground: { between: { buffering: 'unless-asked-not-to' } },
  upstream: () => wordByWord,
  steps: ({ cell, model }) => {
    const ask = (via: { readonly via?: 'own-address' } = {}) =>
      converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }, via);
    return { through: ask(), around: ask({ via: 'own-address' }) };
  },
  expectations: [
    must.behind('each-word-is-out-before-the-next-comes-at-its-own-address', ['around'], ({ around }) => cameWordByWord(around)),
    must('the-answer-is-whole-behind-a-reverse-proxy', ['through'], ({ through }) => says(through, said)),
    should.behind('a-reverse-proxy-that-can-be-told-lets-each-word-through', ['through', 'around'], ({ through, around }) =>
      cameThrough(through, around),
    ),
  ],
  remedy: { config: {} },
  symptom: {
    config: { persona: 'cliproxyapi-2026-08' },
    violates: () => ['a-reverse-proxy-that-can-be-told-lets-each-word-through'],
  },
  live: { safe: false, because: 'a real upstream does not wait for what its caller has seen' },
});
