import { exchange } from '#fixtures/catalogue';
import type { Play, Script } from '#fixtures/upstreams/script';
import { converse, defineScenario, must, says, type Cell } from '#scenarios/kit/index';

import { said } from '../streaming/in-step.ts';

/** Longer than the impatient hop bears, and far below what a patient one does. */
const workMs = 1_000;
const impatienceMs = 500;
const pieces = 10;

/** A vendor that streams whatever its caller wants sends its words all the time, others are silent until they have the whole. */
const takesItsTime: Script = ({ surface, stream }): Play => {
  if (surface !== 'codex') return { exchange: `${surface}/text${stream ? '.stream' : ''}`, delayMs: workMs };
  const { response } = exchange('codex/text.stream');
  const bytes = response.chunks.reduce((sum, chunk) => sum + ('utf8' in chunk ? Buffer.byteLength(chunk.utf8) : 0), 0);
  return { exchange: 'codex/text.stream', dribble: { bytes: Math.ceil(bytes / pieces), everyMs: workMs / pieces } };
};

const cells: readonly Cell[] = [
  { client: 'openai-chat', upstream: 'codex', stream: false },
  { client: 'anthropic-messages', upstream: 'anthropic-messages', stream: false },
];

/** The page's check of row 17, and sheet X5 (e) 4, (f). That the same outlasts a hop when it is streamed: streaming/signs-of-life-come-late. */
export default defineScenario({
  id: 'timeouts/plain-answers-outlast-the-hop',
  title: 'Long answers that are not streamed end in a 504 of a hop, and streamed they arrive',
  matrixRow: 'timeouts',
  requires: [],
  diagnosis: {
    symptom:
      'Long answers without stream end after exactly 60, 100 or 300 seconds in a page of the ingress; the same question with stream: true is answered.',
    cause:
      'Nothing goes over the caller’s line until a plain answer is whole, even where the vendor streams to the proxy all the time. A hop with an idle timeout (proxy_read_timeout) takes that for a dead upstream.',
    check:
      'Ask the same with stream: false and with stream: true, through the public address and at the proxy’s own. Where only the plain one through the public address fails, it is the hop’s timer.',
    remediation:
      'Stream long answers, with streaming.keepalive-seconds below the hop’s timer, or give the hop a proxy_read_timeout longer than the longest answer takes as a whole.',
  },
  cells,
  ground: { between: { buffering: 'unless-asked-not-to' } },
  upstream: () => takesItsTime,
  steps: ({ cell, model }) => {
    const ask = (via: { readonly via?: 'own-address' } = {}) =>
      converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }, via);
    return { plain: ask(), around: ask({ via: 'own-address' }) };
  },
  expectations: [
    must('a-plain-answer-arrives-through-the-hop', ['plain'], ({ plain }) => says(plain, said)),
    must('a-plain-answer-arrives-at-its-own-address', ['around'], ({ around }) => says(around, said)),
  ],
  remedy: { config: {} },
  symptom: {
    ground: { between: { buffering: 'unless-asked-not-to', idleMs: impatienceMs } },
    violates: () => ['a-plain-answer-arrives-through-the-hop'],
  },
  live: { safe: false, because: 'a real model cannot be asked to take a known time' },
});
