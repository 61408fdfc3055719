import type { Provider, ProviderRequest } from './provider.ts';

const pathOf = (model: string, stream: boolean): string => {
  const name = model.split('/').map(encodeURIComponent).join('/');
  return `/v1beta/models/${name}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`;
};

/** Google's Gemini API with an API key. The model is in the path, so the body never changes for it; it may be no valid JSON (sheet R3). */
const provider: Provider = {
  id: 'gemini',
  dialect: 'gemini-generate',
  operations: ['generate'],
  catalogue: ['gemini-2.5-pro', 'gemini-2.5-flash'],
  owner: 'google',
  prepare: ({ model, body, stream, credential }: ProviderRequest) => ({
    path: pathOf(model, stream),
    headers: {
      'content-type': 'application/json',
      accept: stream ? 'text/event-stream' : 'application/json',
      'x-goog-api-key': credential.secret,
    },
    body,
    streams: stream,
  }),
};

export default provider;
