import {
  allOf,
  answer,
  converse,
  crossing,
  defineScenario,
  deviates,
  everyUpstreamCall,
  holds,
  must,
  replay,
  says,
  should,
  textOfOutput,
  toolResultsIn,
  type Cell,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

const saidByUpstream = 'Wireproof says ok.';
/** Quotes, a line break, a backslash and a control character: what breaks JSON that is glued together. */
const toolText = 'Berlin: 21 °C, "light" wind\n\\\u0007';
const afterwards = 'Answer in one word.';
/** One transparent pixel. */
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const imageUrl = 'https://images.example/berlin.png';
const imageBlock = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } };

const google = (cell: Cell): boolean => cell.upstream === 'gemini-generate' || cell.upstream === 'antigravity';
const anthropicCaller = (cell: Cell): boolean => cell.client === 'anthropic-messages';
/** Chat has no legal empty list of content parts. */
const listsAreLegal = (cell: Cell): boolean => cell.client !== 'openai-chat';
/** Chat and Responses have no field that marks a result as an error. */
const errorsAreVisible = (cell: Cell): boolean => anthropicCaller(cell) && (google(cell) || cell.upstream === 'anthropic-messages');
const resultsHaveNames = google;
/** A canary pays for three of these conversations: without content, with null, and with an empty list. */
const elsewhereToo = { canary: false } as const;

/** What each vendor refuses: Google bytes that are no JSON, OpenAI a tool result without its text. Anthropic takes a sparse one. */
const vendorRules = answer('text')
  .when(
    ({ surface, body }) => (surface === 'gemini-generate' || surface === 'antigravity') && body === undefined,
    replay(({ surface }) => ({ exchange: `${surface}/invalid-json` })),
  )
  .when(
    (request) => request.surface === 'openai-chat' && toolResultsIn(request).some(({ output }) => output === undefined || output === null),
    'openai-chat/missing-tool-content',
  )
  .when(
    (request) =>
      (request.surface === 'openai-responses' || request.surface === 'codex') &&
      toolResultsIn(request).some(({ output }) => output === undefined || output === null),
    replay(({ surface }) => ({ exchange: `${surface}/missing-output` })),
  );

const results = (sight: FullSight, check: (sent: ReturnType<typeof toolResultsIn>) => Reading): Reading =>
  everyUpstreamCall(sight, (call) =>
    call.body === undefined ? deviates({ expected: 'a JSON body', actual: call.jsonError ?? 'no JSON' }) : check(toolResultsIn(call)),
  );

export default defineScenario({
  id: 'translation/sparse-tool-result',
  title: 'A tool result without content breaks the whole conversation',
  matrixRow: 3,
  requires: ['tools'],
  diagnosis: {
    symptom:
      'A request that holds a tool result without content fails with 400, for Google as "Invalid JSON payload", and so does every later turn of that conversation.',
    cause:
      'The translator copies the content of a tool result into the upstream body without asking whether there is any. The key is optional for callers and required by most upstreams.',
    check:
      'Send the smallest conversation with one tool result, once without content and once with content []. A broken proxy fails the first and passes the second.',
    remediation:
      'Run a build that fills a missing or null content with an empty text before it translates. Until then, send content: [] from the client.',
  },
  cells: [
    ...crossing({
      clients: ['anthropic-messages'],
      upstreams: ['antigravity', 'openai-chat', 'openai-responses', 'codex', 'anthropic-messages', 'gemini-generate'],
      streams: [false, true],
    }),
    ...crossing({
      clients: ['openai-chat'],
      upstreams: ['openai-responses', 'codex', 'anthropic-messages', 'gemini-generate', 'antigravity'],
      streams: [false, true],
    }),
    ...crossing({
      clients: ['openai-responses'],
      upstreams: ['openai-chat', 'anthropic-messages', 'gemini-generate', 'antigravity'],
      streams: [false, true],
    }),
  ],
  upstream: () => vendorRules,
  steps: ({ cell, model }) => {
    const withResults = (
      outputs: readonly unknown[],
      more: { readonly isError?: boolean; readonly followUp?: string; readonly afterResults?: string } = {},
    ) =>
      converse(cell, {
        model: model(),
        text: 'What is the weather in Berlin?',
        maxOutputTokens: 16,
        toolResults: outputs.map((output, index) => ({
          callId: `toolu_${index + 1}`,
          output,
          ...(more.isError !== undefined && { isError: more.isError }),
        })),
        ...(more.followUp !== undefined && { followUp: more.followUp }),
        ...(more.afterResults !== undefined && { afterResults: more.afterResults }),
      });
    return {
      missing: withResults([undefined]),
      nullContent: withResults([null]),
      emptyText: withResults(['']),
      emptyList: withResults([[]]),
      text: withResults([toolText]),
      image: withResults([[{ type: 'text', text: toolText }, imageBlock]]),
      loneImage: withResults([imageBlock]),
      linkedImage: withResults([[{ type: 'image', source: { type: 'url', url: imageUrl } }]]),
      failed: withResults([undefined], { isError: true }),
      parallel: withResults(['first', undefined, 'third']),
      laterTurn: withResults([undefined], { followUp: 'And tomorrow?' }),
      textAfter: withResults([toolText], { afterResults: afterwards }),
    };
  },
  expectations: [
    must('missing-content-is-accepted', ['missing'], ({ missing }) => says(missing, saidByUpstream)),
    must('null-content-is-accepted', ['nullContent'], ({ nullContent }) => says(nullContent, saidByUpstream), elsewhereToo),
    must('empty-text-is-accepted', ['emptyText'], ({ emptyText }) => says(emptyText, saidByUpstream), elsewhereToo),
    must('an-empty-list-is-accepted', ['emptyList'], ({ emptyList }) => says(emptyList, saidByUpstream), {
      appliesTo: listsAreLegal,
    }),
    must('an-error-without-content-is-accepted', ['failed'], ({ failed }) => says(failed, saidByUpstream), {
      appliesTo: anthropicCaller,
      ...elsewhereToo,
    }),
    must('one-sparse-result-among-several-is-accepted', ['parallel'], ({ parallel }) => says(parallel, saidByUpstream), elsewhereToo),
    must('a-sparse-result-in-the-history-is-accepted', ['laterTurn'], ({ laterTurn }) => says(laterTurn, saidByUpstream), elsewhereToo),
    must.behind('the-upstream-gets-valid-json', ['missing', 'nullContent', 'text'], ({ missing, nullContent, text }) =>
      allOf(...[missing, nullContent, text].map((sight) => results(sight, () => holds()))),
    ),
    must.behind('a-sparse-result-still-arrives', ['missing'], ({ missing }) =>
      results(missing, (sent) =>
        sent.length === 1 && textOfOutput(sent[0]?.output) === ''
          ? holds()
          : deviates({ expected: 'one tool result with an empty output', actual: sent }),
      ),
    ),
    must.behind('tool-text-arrives-unchanged', ['text'], ({ text }) =>
      results(text, ([first]) =>
        textOfOutput(first?.output) === toolText ? holds() : deviates({ expected: toolText, actual: first?.output ?? 'no tool result' }),
      ),
    ),
    must.behind(
      'an-image-in-a-result-arrives',
      ['image'],
      ({ image }) =>
        everyUpstreamCall(image, ({ bodyBytes }) =>
          bodyBytes.includes(pixel)
            ? holds()
            : deviates({ expected: 'the image data in the upstream body', actual: bodyBytes.toString('utf8') }),
        ),
      { appliesTo: anthropicCaller },
    ),
    must.behind(
      'an-image-without-its-list-arrives',
      ['loneImage'],
      ({ loneImage }) =>
        allOf(
          says(loneImage, saidByUpstream),
          everyUpstreamCall(loneImage, ({ bodyBytes }) =>
            bodyBytes.includes(pixel)
              ? holds()
              : deviates({ expected: 'the image data in the upstream body', actual: bodyBytes.toString('utf8') }),
          ),
        ),
      { appliesTo: anthropicCaller },
    ),
    should.behind(
      'the-address-of-an-image-arrives',
      ['linkedImage'],
      ({ linkedImage }) =>
        everyUpstreamCall(linkedImage, ({ bodyBytes }) =>
          bodyBytes.includes(imageUrl)
            ? holds()
            : deviates({ expected: `${imageUrl} in the upstream body`, actual: bodyBytes.toString('utf8') }),
        ),
      { appliesTo: anthropicCaller },
    ),
    must.behind('text-after-a-result-stays-after-it', ['textAfter'], ({ textAfter }) =>
      results(textAfter, (sent) => {
        const whole = textAfter.upstreamCalls.map(({ bodyBytes }) => bodyBytes.toString('utf8')).join('\n');
        const [result, text] = [whole.indexOf('21 °C'), whole.indexOf(afterwards)];
        return sent.length === 1 && result >= 0 && text > result
          ? holds()
          : deviates({ expected: `one tool result, then "${afterwards}"`, actual: whole });
      }),
    ),
    should.behind(
      'an-error-result-stays-an-error',
      ['failed'],
      ({ failed }) =>
        results(failed, ([first]) =>
          first?.isError ? holds() : deviates({ expected: 'a result marked as an error', actual: first ?? 'no tool result' }),
        ),
      { appliesTo: errorsAreVisible },
    ),
    must.behind('parallel-results-keep-their-order', ['parallel'], ({ parallel }) =>
      results(parallel, (sent) => {
        const texts = sent.map(({ output }) => textOfOutput(output));
        return JSON.stringify(texts) === '["first","","third"]' ? holds() : deviates({ expected: ['first', '', 'third'], actual: texts });
      }),
    ),
    must.behind('results-stay-with-their-calls', ['parallel'], ({ parallel }, cell) =>
      results(parallel, (sent) => {
        const ids = sent.map(({ callId }) => callId);
        // Google pairs results by their order where they have no ids, and the order has a check of its own.
        if (resultsHaveNames(cell) && ids.every((id) => id === undefined)) return holds();
        return JSON.stringify(ids) === '["toolu_1","toolu_2","toolu_3"]'
          ? holds()
          : deviates({ expected: ['toolu_1', 'toolu_2', 'toolu_3'], actual: ids });
      }),
    ),
    must.behind(
      'a-result-carries-the-name-of-its-tool',
      ['parallel'],
      ({ parallel }) =>
        results(parallel, (sent) =>
          sent.every(({ name }) => name === 'lookup')
            ? holds()
            : deviates({ expected: 'lookup', actual: sent.map(({ name }) => name ?? 'no name') }),
        ),
      { appliesTo: resultsHaveNames },
    ),
  ],
  remedy: { proxy: ['sparse-tool-result'] },
  symptom: {
    violates: (cell) => {
      const sparse = [
        'missing-content-is-accepted',
        'one-sparse-result-among-several-is-accepted',
        'a-sparse-result-in-the-history-is-accepted',
        ...(anthropicCaller(cell) ? ['an-error-without-content-is-accepted'] : []),
      ];
      switch (cell.upstream) {
        case 'anthropic-messages':
          return [];
        case 'gemini-generate':
        case 'antigravity':
          return [
            ...sparse,
            'the-upstream-gets-valid-json',
            'a-sparse-result-still-arrives',
            'parallel-results-keep-their-order',
            'results-stay-with-their-calls',
            'a-result-carries-the-name-of-its-tool',
            ...(errorsAreVisible(cell) ? ['an-error-result-stays-an-error'] : []),
          ];
        default:
          return [...sparse, 'null-content-is-accepted'];
      }
    },
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 160, timeoutMs: 60_000 },
});
