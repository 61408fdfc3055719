import {
  answer,
  answerIn,
  defineScenario,
  deviates,
  everyUpstreamCall,
  holds,
  must,
  probe,
  should,
  TOKEN,
  type Cell,
  type ClientDialect,
  type FullSight,
  type Probe,
  type Reading,
} from '#scenarios/kit/index';

import { samePairs } from './upstreams.ts';

/** Requests as a client may write them: odd spaces, an order of their own, fields that no proxy knows, numbers that must not be rounded. */
const oddities = String.raw`"wireproof_unknown_field" : {"n":12345678901234567890,"d":1.50,"e":1E2,"u":"\u00e9\u2028","s":"caf\u00e9 \/ é","list":[ ],"null":null}`;

const textOf: Readonly<Record<ClientDialect, (model: string, stream: boolean) => string>> = {
  'openai-chat': (model, stream) =>
    `{ "messages" : [{"content":"Say ok. ${TOKEN}","role":"user","name":"wire_proof"}],  "model": "${model}","stream": ${stream},${stream ? '"stream_options":{"include_usage":true},' : ''} "max_tokens":16 , ${oddities} }`,
  'openai-responses': (model, stream) =>
    `{ "input" : [{"content":[{"text":"Say ok. ${TOKEN}","type":"input_text"}],"role":"user"}],  "model": "${model}","stream": ${stream}, "max_output_tokens":16 , ${oddities} }`,
  'anthropic-messages': (model, stream) =>
    `{ "messages" : [{"content":[{"text":"Say ok. ${TOKEN}","type":"text","cache_control":{"ttl":"5m","type":"ephemeral"}}],"role":"user"}],  "model": "${model}","stream": ${stream}, "max_tokens":16 , ${oddities} }`,
  'gemini-generate': () =>
    `{ "contents" : [{"parts":[{"text":"Say ok. ${TOKEN}"}],"role":"user"}],  "generationConfig":{"maxOutputTokens":16} , ${oddities} }`,
};

const pathOf = ({ client, stream }: Cell, model: string): string => {
  if (client === 'openai-chat') return '/v1/chat/completions';
  if (client === 'openai-responses') return '/v1/responses';
  if (client === 'anthropic-messages') return '/v1/messages';
  return `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`;
};

const odd = (cell: Cell, model: string): Probe =>
  probe({
    dialect: cell.client,
    path: pathOf(cell, model),
    body: { text: textOf[cell.client](model, cell.stream) },
    headers:
      cell.client === 'anthropic-messages' ? { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'context-management-2025-06-27' } : {},
    stream: cell.stream,
    maxOutputTokens: 16,
  });

/** The model's name is the proxy's to change; all else is the caller's. */
const withoutModel = (text: string): string => text.replace(/"model"\s*:\s*"[^"]*"/, '"model":""');

const sentText = ({ probe: { body }, token }: FullSight): string =>
  body !== undefined && 'text' in body ? body.text.replaceAll(TOKEN, token) : '';

const unknownFieldIn = (text: string): string | undefined => /"wireproof_unknown_field"\s*:\s*(\{[^}]*\})/.exec(text)?.[1];

const sameDigits = (text: string): boolean => text.includes('12345678901234567890');

const isMessages = ({ client }: Cell): boolean => client === 'anthropic-messages';

const everyBody = (sight: FullSight, check: (text: string) => Reading): Reading =>
  everyUpstreamCall(sight, ({ bodyBytes }) => check(bodyBytes.toString('utf8')));

/** Complaint 8 of ten (see README.md): langwatch 6184, new-api 5017: needless conversion loses cache marks and new fields. */
export default defineScenario({
  id: 'complaints/passed-through-is-changed',
  title: 'A request loses fields although both sides speak one dialect',
  matrixRow: 'complaints',
  requires: [],
  diagnosis: {
    symptom:
      'A feature works with the vendor directly and not through the proxy, in the very same dialect: cache marks cost full price, a new field has no effect, a large number comes out rounded.',
    cause: 'The proxy reads every request into its own form and writes it anew, and what its form does not know is left out.',
    check: 'Send a request with an unknown field, odd spaces and a number of twenty digits, and compare what the vendor gets byte by byte.',
    remediation:
      'Where both sides speak one dialect, pass the bytes on and change only the model’s name; translate only where the dialects differ.',
  },
  cells: samePairs(false, true),
  upstream: () => answer('text'),
  steps: ({ cell, model }) => ({ odd: odd(cell, model()) }),
  expectations: [
    must('an-unknown-field-is-no-error', ['odd'], (sights) =>
      sights.odd.status === 200 && answerIn(sights.odd)?.text === 'Wireproof says ok.'
        ? holds()
        : deviates({ expected: 'an answer', actual: `${sights.odd.status} ${sights.odd.bodyText.slice(0, 300)}` }),
    ),
    must.behind('an-unknown-field-reaches-the-upstream', ['odd'], (sights) =>
      everyBody(sights.odd, (text) =>
        text.includes('wireproof_unknown_field') ? holds() : deviates({ expected: 'the unknown field', actual: text }),
      ),
    ),
    should.behind('a-large-number-keeps-its-digits', ['odd'], (sights) =>
      everyBody(sights.odd, (text) =>
        sameDigits(text) ? holds() : deviates({ expected: '12345678901234567890', actual: unknownFieldIn(text) ?? 'no such field' }),
      ),
    ),
    must.behind(
      'marks-for-the-cache-reach-the-upstream',
      ['odd'],
      (sights) =>
        everyBody(sights.odd, (text) =>
          /"cache_control"\s*:\s*\{[^}]*"ttl"\s*:\s*"5m"/.test(text)
            ? holds()
            : deviates({ expected: 'cache_control with its ttl', actual: text }),
        ),
      { appliesTo: isMessages },
    ),
    must.behind(
      'headers-of-a-beta-reach-the-upstream',
      ['odd'],
      (sights) =>
        everyUpstreamCall(sights.odd, ({ headers }) =>
          headers['anthropic-beta']?.includes('context-management-2025-06-27') === true
            ? holds()
            : deviates({
                expected: 'anthropic-beta: context-management-2025-06-27',
                actual: headers['anthropic-beta'] ?? 'no such header',
              }),
        ),
      { appliesTo: isMessages },
    ),
    should.behind('all-but-the-model-arrives-byte-for-byte', ['odd'], (sights) =>
      everyBody(sights.odd, (text) =>
        withoutModel(text) === withoutModel(sentText(sights.odd)) ? holds() : deviates({ expected: sentText(sights.odd), actual: text }),
      ),
    ),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'the reference proxy has no other way for requests of one dialect; the kill matrix shows proxies that write them anew',
  },
  live: { safe: false, because: 'vendors refuse fields that they do not know' },
});
