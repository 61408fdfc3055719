import { textOf } from '../../json/json-body.ts';
import type { Operation, Provider, ProviderRequest } from '../provider.ts';
import { apiKeyBaseUrl } from './api-key.ts';

const actionOf = (operation: Operation, stream: boolean): string => {
  if (operation === 'count-tokens') return 'countTokens';
  return stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
};

const pathOf = ({ operation, model, stream }: ProviderRequest): string =>
  `/v1beta/models/${model.split('/').map(encodeURIComponent).join('/')}:${actionOf(operation, stream)}`;

/** `countTokens` itself takes contents only; whole requests go inside. Edited as text: the request may be no valid JSON (sheet R3 b). */
const countBody = (body: string, model: string): string =>
  `{"generateContentRequest":{"model":${JSON.stringify(`models/${model}`)},${body.slice(body.indexOf('{') + 1)}}`;

/** Google's Gemini API with an API key. The model is in the path, so the body never changes for it; it may be no valid JSON (sheet R3). */
const provider: Provider = {
  id: 'gemini',
  dialect: 'gemini-generate',
  operations: ['generate', 'count-tokens'],
  catalogue: ['gemini-2.5-pro', 'gemini-2.5-flash'],
  owner: 'google',
  apiKeyBaseUrl,
  prepare: (request: ProviderRequest) => ({
    path: pathOf(request),
    headers: {
      'content-type': 'application/json',
      accept: request.stream ? 'text/event-stream' : 'application/json',
      'x-goog-api-key': request.credential.secret,
    },
    body: request.operation === 'count-tokens' && request.translated ? countBody(textOf(request.body), request.model) : request.body,
    streams: request.stream,
  }),
};

export default provider;
