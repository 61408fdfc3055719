import { exchange } from '#fixtures/catalogue';
import type { Exchange } from '#fixtures/exchange';
import type { Script, UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  clientDialects,
  converse,
  crossing,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  says,
  should,
  type CallerSight,
  type Cell,
  type Reading,
} from '#scenarios/kit/index';

import { doesNotEndWell, endsInAnError } from '../complaints/stream-end.ts';
import { said } from './in-step.ts';

const overloaded = '[the backend is overloaded]';
const limited = '[the backend has a limit]';
const unlisted = '[the backend has events of its own]';

const marked =
  (marker: string) =>
  ({ bodyBytes }: UpstreamRequest): boolean =>
    bodyBytes.includes(marker);

type Chunk = Exchange['response']['chunks'][number];

const event = (type: string, more: object): Chunk => ({
  afterMs: 0,
  utf8: `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`,
});

const playing = (edit: (chunks: readonly Chunk[]) => readonly Chunk[]): Script => {
  const known = exchange('codex/text.stream');
  const made = { ...known, response: { ...known.response, chunks: [...edit(known.response.chunks)] } };
  return () => ({ exchange: known.id, made });
};

/** As the backend does it: response.created and response.in_progress, as if all were well, and then the failure (sheet row 17 (b)). */
const failing = (code: string, message: string): Script =>
  playing((chunks) => [
    ...chunks.slice(0, 2),
    event('response.failed', {
      sequence_number: 2,
      response: {
        id: 'resp_wireproof',
        object: 'response',
        created_at: 1_770_000_000,
        status: 'failed',
        output: [],
        error: { code, message },
      },
    }),
  ]);

/** Events that no documentation has, before the first one that all wait for (sheet X4 (b)). */
const withEventsOfItsOwn: Script = playing((chunks) => [
  event('codex.rate_limits', { plan_type: 'plus', rate_limits: { primary: { used_percent: 12 } } }),
  ...chunks.slice(0, 2),
  event('codex.response.metadata', { headers: {} }),
  ...chunks.slice(2),
]);

const toldAsFailed = (sight: CallerSight): Reading =>
  sight.end === 'complete'
    ? allOf(endsInAnError(sight), doesNotEndWell(sight))
    : deviates({ expected: 'an error that is whole', actual: inShort(sight) });

/** Who does not stream has got nothing yet: the status can still say what it was. */
const plainly = { appliesTo: ({ stream }: Cell) => !stream };

const hasStatus = (sight: CallerSight, ...wanted: readonly number[]): Reading =>
  wanted.includes(sight.status) ? holds() : deviates({ expected: wanted, actual: inShort(sight) });

export default defineScenario({
  id: 'streaming/failure-behind-a-good-beginning',
  title: 'Codex begins an answer and fails it, and the caller gets an empty one',
  matrixRow: 17,
  requires: [],
  diagnosis: {
    symptom:
      'At busy times answers of Codex models are empty or never end, with status 200 and no error; asked again, they are there. Who does not stream gets an answer without text, or a status that says nothing.',
    cause:
      'The backend says 200, response.created and response.in_progress before it knows whether it has room, and tells the failure in response.failed. The proxy looks for errors in the status and in the first event only.',
    check:
      'Look for response.failed behind response.created in what the vendor sent: its error.code is server_is_overloaded, rate_limit_exceeded or usage_limit_reached.',
    remediation:
      'Read response.failed and error wherever in the stream they stand; tell them in the caller’s dialect, with 429 or a 5xx where no byte has gone out. Pass over events that you do not know.',
  },
  cells: crossing({ clients: clientDialects, upstreams: ['codex'], streams: [false, true] }),
  upstream: () =>
    answer('text')
      .when(marked(overloaded), failing('server_is_overloaded', 'Our servers are currently overloaded. Please try again later.'))
      .when(marked(limited), failing('rate_limit_exceeded', 'Rate limit reached for this model.'))
      .when(marked(unlisted), withEventsOfItsOwn),
  steps: ({ cell, model }) => {
    const ask = (marker: string) => converse(cell, { model: model(), text: `Say ok. ${marker}`, maxOutputTokens: 16 });
    return { unlisted: ask(unlisted), overloaded: ask(overloaded), limited: ask(limited) };
  },
  expectations: [
    must('events-that-nobody-knows-do-no-harm', ['unlisted'], (sights) => says(sights.unlisted, said)),
    must('a-failure-behind-a-good-beginning-is-told', ['unlisted', 'overloaded', 'limited'], (sights) =>
      allOf(says(sights.unlisted, said), toldAsFailed(sights.overloaded), toldAsFailed(sights.limited)),
    ),
    should(
      'a-limit-behind-a-good-beginning-is-a-429',
      ['unlisted', 'limited'],
      (sights) => allOf(says(sights.unlisted, said), hasStatus(sights.limited, 429)),
      plainly,
    ),
    should(
      'an-overload-behind-a-good-beginning-is-worth-another-try',
      ['unlisted', 'overloaded'],
      (sights) => allOf(says(sights.unlisted, said), hasStatus(sights.overloaded, 429, 500, 502, 503, 529)),
      plainly,
    ),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'the reference proxy reads every event of a vendor and has no other way; the kill matrix shows proxies that do not',
  },
  live: { safe: false, because: 'a real backend cannot be asked to be overloaded' },
});
