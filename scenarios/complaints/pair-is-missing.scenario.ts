import { answer, answers, converse, defineScenario, deviates, holds, must, says } from '#scenarios/kit/index';

import { partsTold } from './told-parts.ts';
import { everyPair } from './upstreams.ts';

/** Complaint 8 of ten (see README.md): new-api 6707, 6645, 5017 and 5912, one-api 1284, langwatch 6184. */
export default defineScenario({
  id: 'complaints/pair-is-missing',
  title: 'A client dialect does not reach an upstream that both are claimed',
  matrixRow: 'complaints',
  requires: [],
  diagnosis: {
    symptom:
      'A client that works with one vendor gets "not implemented", an empty answer or silence with another, though the proxy names both its dialect and the vendor.',
    cause: 'Translations are written pair by pair, and the pair is missing, or exists in one of the two modes only.',
    check: 'Ask the same sentence from every dialect to every vendor, plain and streamed, and compare the texts.',
    remediation:
      'Translate through one neutral form, so that every dialect that can be read and every vendor that can be asked make a pair.',
  },
  cells: everyPair(false, true),
  upstream: () => answer('text'),
  steps: ({ cell, model }) => ({ asked: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }) }),
  expectations: [
    must.behind('the-caller-reads-what-the-vendor-said', ['asked'], ({ asked }) => says(asked, 'Wireproof says ok.')),
    must.behind('nothing-but-text-is-added', ['asked'], ({ asked }) =>
      answers(asked, () => {
        const added = partsTold(asked).filter((part) => !['text', 'message', 'reasoning', 'thinking'].includes(part));
        return added.length === 0 ? holds() : deviates({ expected: 'only text, as the vendor sent it', actual: added });
      }),
    ),
  ],
  remedy: { config: {} },
  symptom: { violates: () => [], none: 'a pair of the reference proxy cannot be switched off' },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000, round: 'thorough' },
});
