import type { SseEvent } from '../sight.ts';
import {
  earlierAnswer,
  isObject,
  listIn,
  lookupTool,
  numberIn,
  objectIn,
  textIn,
  usageIn,
  type Answer,
  type Ask,
  type CallerDialect,
} from './caller-dialect.ts';

const toolRound = (ask: Ask): readonly unknown[] => {
  const results = ask.toolResults ?? [];
  if (results.length === 0) return [];
  return [
    {
      role: 'model',
      parts: results.map(({ callId }) => ({ functionCall: { id: callId, name: lookupTool.name, args: { city: 'Berlin' } } })),
    },
    {
      role: 'user',
      parts: [
        ...results.map(({ callId, output }) => ({ functionResponse: { id: callId, name: lookupTool.name, response: output } })),
        ...(ask.afterResults === undefined ? [] : [{ text: ask.afterResults }]),
      ],
    },
    ...(ask.followUp === undefined
      ? []
      : [
          { role: 'model', parts: [{ text: earlierAnswer }] },
          { role: 'user', parts: [{ text: ask.followUp }] },
        ]),
  ];
};

const body = (ask: Ask): unknown => ({
  contents: [{ role: 'user', parts: [{ text: ask.text }] }, ...toolRound(ask)],
  generationConfig: { maxOutputTokens: ask.maxOutputTokens },
  ...(ask.toolResults && { tools: [{ functionDeclarations: [lookupTool] }] }),
});

const partsOf = (json: unknown): readonly unknown[] => listIn(objectIn(listIn(json, 'candidates')[0], 'content'), 'parts');

/** A stream is a row of partial answers, so one reader serves both: an answer is a stream of one. */
const readPieces = (pieces: readonly unknown[]): Answer | undefined => {
  if (!pieces.some((piece) => listIn(piece, 'candidates').length > 0)) return undefined;
  const parts = pieces.flatMap(partsOf);
  const calls = parts.map((part) => objectIn(part, 'functionCall')).filter((call) => textIn(call, 'name') !== undefined);
  const stop = pieces.map((piece) => textIn(listIn(piece, 'candidates')[0], 'finishReason')).findLast((reason) => reason !== undefined);
  const usages = pieces.map((piece) => usageIn(objectIn(piece, 'usageMetadata'), 'promptTokenCount', 'candidatesTokenCount'));
  return {
    text: parts
      .filter((part) => isObject(part) && part['thought'] !== true)
      .map((part) => textIn(part, 'text') ?? '')
      .join(''),
    toolCalls: calls.map((call) => ({ name: textIn(call, 'name') ?? '', arguments: objectIn(call, 'args') })),
    stop,
    usage: usages.findLast((usage) => usage !== undefined),
    ended: stop !== undefined,
  };
};

export const geminiGenerate: CallerDialect = {
  path: ({ model, stream }) => `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  body,
  headers: {},
  readAnswer: (json) => readPieces([json]),
  readStream: (events: readonly SseEvent[]) => readPieces(events.map(({ json }) => json)),
  readError: (json) => {
    const error = objectIn(json, 'error');
    const [message, code, status] = [textIn(error, 'message'), numberIn(error, 'code'), textIn(error, 'status')];
    if (message === undefined || code === undefined || status === undefined) return undefined;
    return { message, type: status, code };
  },
};
