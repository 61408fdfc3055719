import { exchange } from '#fixtures/catalogue';
import type { Exchange } from '#fixtures/exchange';
import { clientDialects, converse, crossing, defineScenario, must, replay, says } from '#scenarios/kit/index';

import { said } from './in-step.ts';

/** The stream of Codex with nothing in the `output` of its last event: what was said stands in the events before. */
const bareAtItsEnd = (): Exchange => {
  const known = exchange('codex/text.stream');
  const chunks = known.response.chunks.map((chunk) => {
    if (!('utf8' in chunk) || !chunk.utf8.startsWith('event: response.completed')) return chunk;
    return { ...chunk, utf8: chunk.utf8.replace(/"output":\[.*\](?=,)/, '"output":[]') };
  });
  return { ...known, response: { ...known.response, chunks } };
};

/** Sheet row 17 (e) 6: the answer is in `response.output_item.done`, and `response.completed` repeats it or does not. */
export default defineScenario({
  id: 'streaming/last-event-is-bare',
  title: 'The last event of a Codex stream carries no output, and the answer is empty',
  matrixRow: 'streaming',
  requires: [],
  diagnosis: {
    symptom: 'Answers of Codex models are empty for callers who do not stream; streamed, the same answer is there.',
    cause:
      'Codex is always asked for a stream. The proxy takes the answer of a caller who does not stream from response.completed, whose output the backend may leave empty.',
    check: 'Ask the same with and without stream and compare. The usage of the empty answer counts tokens that nobody sees.',
    remediation: 'Build the answer from the items that were done, and take only status and usage from the last event.',
  },
  cells: crossing({ clients: clientDialects, upstreams: ['codex'], streams: [false, true] }),
  upstream: () => {
    const made = bareAtItsEnd();
    return replay({ exchange: made.id, made });
  },
  steps: ({ cell, model }) => ({ ask: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }) }),
  expectations: [must('what-was-said-before-a-bare-end-is-the-answer', ['ask'], ({ ask }) => says(ask, said))],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'the reference proxy builds answers from their items and has no other way; the kill matrix shows proxies that lose them',
  },
  live: { safe: false, because: 'a real backend decides by itself what its last event carries' },
});
