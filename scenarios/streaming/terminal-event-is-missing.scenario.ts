import {
  answer,
  answerIn,
  converse,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  says,
  type CallerSight,
  type Cell,
  type ClientDialect,
  type Reading,
} from '#scenarios/kit/index';

import { endsInAnError, isExercised } from '../complaints/stream-end.ts';
import { everyPair } from '../complaints/upstreams.ts';
import { said } from './in-step.ts';
import { unended, unstopped } from './unended.ts';

const endIsMissing = '[the end is missing]';
const lastEventIsMissing = '[only the last event is missing]';

/** What only a vendor can know: that the answer is over, at its end or at a limit. A `[DONE]` alone says nothing of it. */
const overFor: Readonly<Record<ClientDialect, RegExp>> = {
  'openai-chat': /"finish_reason":"/,
  'openai-responses': /"type":"response\.(completed|incomplete)"/,
  'anthropic-messages': /"type":"message_stop"/,
  'gemini-generate': /"finishReason":"/,
};

const endsOrTells = (sight: CallerSight): Reading =>
  sight.end === 'complete' && sight.events.some(({ data }) => overFor[sight.probe.dialect].test(data)) ? holds() : endsInAnError(sight);

/** What a caller of each dialect takes for the end of a whole answer. */
const wholeFor: Readonly<Record<ClientDialect, RegExp>> = { ...overFor, 'openai-chat': /"finish_reason":"|\[DONE\]/ };

const looksUnfinished = (sight: CallerSight): Reading => {
  if (!isExercised(sight)) return deviates({ expected: `an answer or an error of ${sight.probe.dialect}`, actual: inShort(sight) });
  const end = sight.events.find(({ data }) => wholeFor[sight.probe.dialect].test(data));
  return end === undefined ? holds() : deviates({ expected: 'no event that ends a whole answer', actual: end.data.slice(0, 300) });
};

const delivered = (sight: CallerSight): Reading => {
  const text = answerIn(sight)?.text;
  return text === said || (sight.live === true && text !== undefined)
    ? holds()
    : deviates({ expected: said, actual: text ?? inShort(sight) });
};

/** Messages say that they stop and then that they have stopped; Responses have one event for it, Gemini a field, and Chat often no [DONE]. */
const hasALastEvent = ({ upstream }: Cell): boolean => upstream === 'anthropic-messages';

const untold = 'a-stream-ends-with-its-last-event-or-with-an-error';
const invented = 'no-end-is-invented';
const stopUntold = 'a-missing-message-stop-is-told';

/** What a proxy does that looks for no end: Chat gets a `[DONE]`, Messages and Gemini just stop, Responses always tells (sheet row 17 (c)). */
const careless: Readonly<Record<ClientDialect, readonly string[]>> = {
  'openai-chat': [untold, invented],
  'anthropic-messages': [untold],
  'gemini-generate': [untold],
  'openai-responses': [],
};
const ofCareless = (cell: Cell): readonly string[] => {
  const shown = careless[cell.client];
  return hasALastEvent(cell) && shown.includes(untold) ? [...shown, stopUntold] : shown;
};

/** Sheet row 17 (b), (c). What breaks in the middle of the text: complaints/stream-ends-early. */
export default defineScenario({
  id: 'streaming/terminal-event-is-missing',
  title: 'The vendor’s stream ends without its terminal event, and nobody is told',
  matrixRow: 17,
  requires: [],
  diagnosis: {
    symptom:
      'Streamed answers are sometimes a little short, with no error anywhere; tool calls lack their end. Clients wait, or take it for the whole.',
    cause:
      'The vendor’s connection ended in a regular way before its last event. The proxy takes the end of the connection for the end of the answer, and writes its own [DONE] or just stops.',
    check:
      'Look at the last event of a stream: finish_reason and [DONE], response.completed, message_stop, finishReason. Without one of them the answer is not whole, whatever the status says.',
    remediation:
      'Pass on what came, and end it with the error of the caller’s dialect. Write no terminal event that the vendor has not sent.',
  },
  cells: everyPair(true),
  upstream: () =>
    answer('text')
      .when(({ bodyBytes }) => bodyBytes.includes(endIsMissing), unended)
      .when(({ bodyBytes }) => bodyBytes.includes(lastEventIsMissing), unstopped),
  steps: ({ cell, model }) => {
    const ask = (text: string) => converse(cell, { model: model(), text, maxOutputTokens: 16 });
    return { whole: ask('Say ok.'), cut: ask(`Say ok. ${endIsMissing}`), stop: ask(`Say ok. ${lastEventIsMissing}`) };
  },
  expectations: [
    must('a-streamed-answer-has-its-terminal-event', ['whole'], ({ whole }) => says(whole, said), { canary: false }),
    must(untold, ['cut'], ({ cut }) => endsOrTells(cut)),
    must(invented, ['cut'], ({ cut }) => looksUnfinished(cut), { canary: false }),
    must('what-came-is-delivered', ['cut'], ({ cut }) => delivered(cut)),
    must(stopUntold, ['stop'], ({ stop }) => endsInAnError(stop), { appliesTo: hasALastEvent, canary: false }),
  ],
  remedy: { config: {} },
  symptom: { config: { persona: 'cliproxyapi-2026-08' }, violates: ofCareless },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000 },
});
