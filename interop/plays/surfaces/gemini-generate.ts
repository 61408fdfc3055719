import type { UpstreamRequest } from '#fixtures/upstreams/script';

import { allTexts, type Fields, fieldsOf, listOf, numberOf, textIn, textOf } from '../loose.ts';
import { countTokens, type OfferedTool, type Question, type Refusal, type Reply } from '../question.ts';
import { saysJson, type Speaker, type Spoken } from '../speaker.ts';

/** generateContent and its kin: ai.google.dev/api/generate-content. */

const toolOf = (declaration: Fields): OfferedTool => ({
  name: textOf(declaration['name']),
  parameters: fieldsOf(declaration['parametersJsonSchema'] ?? declaration['parameters']),
});

const choiceOf = ({ mode, allowedFunctionNames: allowed }: Fields): Question['toolChoice'] => {
  const [name, ...others] = listOf(allowed).map(textOf);
  if (textOf(mode) === 'NONE') return 'none';
  if (textOf(mode) !== 'ANY') return 'auto';
  return name === undefined || others.length > 0 ? 'required' : { name };
};

const partsOf = ({ parts }: Fields): readonly Fields[] => listOf(parts).map(fieldsOf);

const lastOf = (contents: readonly Fields[]): Question['last'] => {
  const last = contents.at(-1) ?? {};
  if (last['role'] === 'model') return { by: 'model', text: textIn(last['parts']) };
  const result = partsOf(last).findLast(({ functionResponse }) => functionResponse !== undefined);
  if (result !== undefined) return { by: 'tool', text: allTexts(fieldsOf(result['functionResponse'])['response']).join(' ') };
  return { by: 'person', text: textIn(last['parts']) };
};

const formatOf = (config: Fields): Fields | undefined => {
  if (textOf(config['responseMimeType']) !== 'application/json') return undefined;
  return fieldsOf(config['responseJsonSchema'] ?? config['responseSchema'] ?? {});
};

const thinksIn = ({ thinkingConfig }: Fields): boolean => {
  const { thinkingBudget: budget, includeThoughts, thinkingLevel } = fieldsOf(thinkingConfig);
  return budget === undefined ? includeThoughts === true || thinkingLevel !== undefined : budget !== 0;
};

const questionOf = (body: Fields, path: string, contents: readonly Fields[]): Question => {
  const config = fieldsOf(body['generationConfig']);
  const declarations = listOf(body['tools']).flatMap((tool) => listOf(fieldsOf(tool)['functionDeclarations']).map(fieldsOf));
  return {
    model: /models\/([^:/]+):/.exec(path)?.[1] ?? '',
    system: textIn(fieldsOf(body['systemInstruction'])['parts']),
    said: contents.filter(({ role }) => role !== 'model').map(({ parts }) => textIn(parts)),
    last: lastOf(contents),
    tools: declarations.map(toolOf),
    toolChoice: choiceOf(fieldsOf(fieldsOf(body['toolConfig'])['functionCallingConfig'])),
    parallelCalls: true,
    format: formatOf(config),
    stop: listOf(config['stopSequences']).map(textOf),
    maxTokens: numberOf(config['maxOutputTokens']),
    thinks: thinksIn(config),
    answers: numberOf(config['candidateCount']) ?? 1,
    logprobs: config['responseLogprobs'] === true,
    inputTokens: countTokens(allTexts([contents, declarations, body['systemInstruction']])),
    cachedTokens: 0,
  };
};

const read = ({ body: unread, path, operation }: UpstreamRequest): Question | Refusal => {
  const outer = fieldsOf(unread);
  const body = operation === 'count-tokens' ? { ...outer, ...fieldsOf(outer['generateContentRequest']) } : outer;
  const contents = listOf(body['contents']).map(fieldsOf);
  if (contents.length === 0) return { refused: '* GenerateContentRequest.contents: contents is not specified', param: null };
  if (contents.some((content) => partsOf(content).length === 0))
    return { refused: '* GenerateContentRequest.contents.parts: contents.parts must not be empty.', param: null };
  return questionOf(body, path, contents);
};

const usageOf = ({ inputTokens }: Question, { thoughts, outputTokens }: Reply, answers: number): Fields => ({
  promptTokenCount: inputTokens,
  candidatesTokenCount: (outputTokens - thoughts.length) * answers,
  totalTokenCount: inputTokens + (outputTokens - thoughts.length) * answers + thoughts.length,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: inputTokens }],
  ...(thoughts.length > 0 && { thoughtsTokenCount: thoughts.length }),
});

const thoughtSignature = 'CiQBd2lyZXByb29mSW50ZXJvcFNpZ25hdHVyZTAwMDE=';

const includesThoughts = (request: UpstreamRequest): boolean =>
  fieldsOf(fieldsOf(fieldsOf(request.body)['generationConfig'])['thinkingConfig'])['includeThoughts'] === true;

/** Parts in the pieces in which they are streamed; whole function calls come at once. */
const pieces = ({ thoughts, tokens, calls }: Reply, request: UpstreamRequest): readonly Fields[] => [
  ...(thoughts.length > 0 && includesThoughts(request) ? [{ text: thoughts.join(''), thought: true }] : []),
  ...tokens.map((text) => ({ text })),
  ...calls.map(({ name, args }, index) => ({ functionCall: { name, args }, ...(index === 0 && { thoughtSignature }) })),
];

const joined = (parts: readonly Fields[], reply: Reply): readonly Fields[] => [
  ...parts.filter((part) => part['thought'] === true),
  ...(reply.tokens.length > 0 ? [{ text: reply.tokens.join('') }] : []),
  ...parts.filter((part) => part['functionCall'] !== undefined),
];

const finishOf = ({ finish }: Reply): string => (finish === 'length' ? 'MAX_TOKENS' : 'STOP');

const contentOf = (parts: readonly Fields[]): Fields => ({ role: 'model', ...(parts.length > 0 && { parts }) });

const logprobsOf = ({ logprobs }: Question, tokens: readonly string[]): Fields =>
  logprobs && tokens.length > 0
    ? { logprobsResult: { chosenCandidates: tokens.map((token, at) => ({ token, tokenId: at, logProbability: -0.125 })) } }
    : {};

const jsonHeaders = { 'content-type': 'application/json; charset=UTF-8' };

const spokenIn = (part: Fields): readonly string[] => (part['thought'] !== true && typeof part['text'] === 'string' ? [part['text']] : []);

const streamed = (question: Question, reply: Reply, request: UpstreamRequest): Spoken => {
  const head = { usageMetadata: usageOf(question, reply, 1), modelVersion: question.model, responseId: reply.seed };
  const parts = pieces(reply, request);
  const candidates: readonly Fields[] = [
    ...parts.map((part) => ({ content: contentOf([part]), index: 0, ...logprobsOf(question, spokenIn(part)) })),
    { content: contentOf([{ text: '' }]), finishReason: finishOf(reply), index: 0 },
  ];
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    pieces: candidates.map((candidate) => `data: ${JSON.stringify({ candidates: [candidate], ...head })}\r\n\r\n`),
  };
};

const say = (question: Question, reply: Reply, request: UpstreamRequest): Spoken => {
  if (request.stream) return streamed(question, reply, request);
  const parts = joined(pieces(reply, request), reply);
  const candidates = Array.from({ length: question.answers }, (_none, index) => ({
    content: contentOf(parts),
    finishReason: finishOf(reply),
    index,
    ...logprobsOf(question, reply.tokens),
  }));
  const usageMetadata = usageOf(question, reply, question.answers);
  return saysJson({ candidates, usageMetadata, modelVersion: question.model, responseId: reply.seed }, jsonHeaders);
};

const refuse = ({ refused }: Refusal): Spoken =>
  saysJson({ error: { code: 400, message: refused, status: 'INVALID_ARGUMENT' } }, jsonHeaders, 400);

export const geminiGenerate: Speaker = {
  read,
  say,
  refuse,
  other: (request) => {
    if (request.operation !== 'count-tokens') return undefined;
    const question = read(request);
    if ('refused' in question) return refuse(question);
    const tokenCount = question.inputTokens;
    return saysJson({ totalTokens: tokenCount, promptTokensDetails: [{ modality: 'TEXT', tokenCount }] }, jsonHeaders);
  },
};
