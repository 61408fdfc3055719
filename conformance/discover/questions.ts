import type { ClientDialect } from '#scenarios/kit/cell';
import { probe } from '#scenarios/kit/conversation';
import type { Probe } from '#scenarios/kit/probe';

/** A request that costs nothing wherever it ends: no upstream can answer it with generated text. */
export interface Question {
  readonly id: string;
  readonly probe: Probe;
  /** Whether the caller's key is shown, in the dialect's own header. Another key is never shown. */
  readonly shows: 'the key' | 'no key';
}

/** A model that nobody serves: the question that names it can only be refused. */
export const noSuchModel = 'wireproof-no-such-model';

/** No model, nothing to answer, and no room for an answer: three reasons each of which is enough to refuse. */
const emptyQuestions: Readonly<
  Record<ClientDialect, { readonly path: string; readonly json: unknown; readonly headers?: Probe['headers'] }>
> = {
  'openai-chat': { path: '/v1/chat/completions', json: { model: noSuchModel, messages: [], max_tokens: 0 } },
  'openai-responses': { path: '/v1/responses', json: { model: noSuchModel, input: [], max_output_tokens: 0 } },
  'anthropic-messages': {
    path: '/v1/messages',
    json: { model: noSuchModel, messages: [], max_tokens: 0 },
    headers: { 'anthropic-version': '2023-06-01' },
  },
  'gemini-generate': {
    path: `/v1beta/models/${noSuchModel}:generateContent`,
    json: { contents: [], generationConfig: { maxOutputTokens: 0 } },
  },
};

const get = (id: string, path: string, dialect: ClientDialect, shows: Question['shows']): Question => ({
  id,
  probe: probe({ dialect, method: 'GET', path }),
  shows,
});

const post = (id: string, dialect: ClientDialect, path: string, changes: Partial<Probe> = {}): Question => {
  const { json, headers = {} } = emptyQuestions[dialect];
  return { id, probe: probe({ dialect, path, body: { json }, headers, ...changes }), shows: 'the key' };
};

export const models = get('models', '/v1/models', 'openai-chat', 'the key');
export const modelsWithoutKey = get('models-without-key', '/v1/models', 'openai-chat', 'no key');
export const geminiModels = get('gemini-models', '/v1beta/models', 'gemini-generate', 'the key');
export const health = get('health', '/health', 'openai-chat', 'no key');
export const metrics = get('metrics', '/v1/metrics/providers', 'openai-chat', 'the key');
/** What the target says when there is certainly no such endpoint; an answer like it proves nothing. */
export const nowhere = post('nowhere', 'openai-chat', '/v1/wireproof/no/such/endpoint');
export const compact = post('compact', 'openai-responses', '/v1/responses/compact');

/** The dialect's own path, asked for the model that nobody serves. */
export const dialectQuestion = (dialect: ClientDialect): Question => post(dialect, dialect, emptyQuestions[dialect].path);

/** The same question once more, with its body as gzip. */
export const gzipQuestion = (dialect: ClientDialect): Question => post('gzip', dialect, emptyQuestions[dialect].path, { encoding: 'gzip' });
