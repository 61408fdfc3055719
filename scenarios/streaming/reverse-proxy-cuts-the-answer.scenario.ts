import { converse, defineScenario, must, says } from '#scenarios/kit/index';

import { twoPairs } from './pairs.ts';
import { said, wordByWord, words } from './in-step.ts';

/** Sheet row 17 (b): an end of the body that looks regular, without the dialect's terminal event. */
export default defineScenario({
  id: 'streaming/reverse-proxy-cuts-the-answer',
  title: 'A hop ends the stream in its middle as if that were all',
  matrixRow: 17,
  requires: [],
  diagnosis: {
    symptom:
      'A streamed answer ends in the middle of a sentence, status 200, no error on the line. The proxy’s log shows a caller who left.',
    cause:
      'A hop between caller and proxy has a limit of time or size for answers, and closes its side in a regular way when that is reached.',
    check:
      'Look for the dialect’s terminal event: it is missing through the public address, and there at the proxy’s own. An end of the body alone says nothing.',
    remediation:
      'Raise the hop’s limit of time or size for answers, or take it out of the way. Have clients ask for the terminal event before they believe an answer.',
  },
  cells: twoPairs,
  ground: { between: { buffering: 'never' } },
  upstream: () => wordByWord,
  steps: ({ cell, model }) => {
    const ask = (via: { readonly via?: 'own-address' } = {}) =>
      converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }, via);
    return { through: ask(), around: ask({ via: 'own-address' }) };
  },
  expectations: [
    must('a-stream-comes-to-its-end-at-its-own-address', ['around'], ({ around }) => says(around, said)),
    must('a-stream-comes-to-its-end-through-a-reverse-proxy', ['through'], ({ through }) => says(through, said)),
  ],
  remedy: { config: {} },
  symptom: {
    ground: { between: { buffering: 'never', endsBehind: words[1] } },
    violates: () => ['a-stream-comes-to-its-end-through-a-reverse-proxy'],
  },
  live: {
    safe: false,
    because: 'what a model says is no known text, so that nobody knows where it was cut; row 17 asks for the terminal event elsewhere',
  },
});
