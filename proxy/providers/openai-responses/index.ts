import type { Provider, ProviderRequest } from '../provider.ts';

/** Any upstream that speaks OpenAI Responses (`wire-api: responses`). */
const provider: Provider = {
  id: 'openai-responses',
  dialect: 'openai-responses',
  operations: ['generate', 'compact'],
  catalogue: [],
  owner: 'openai-compatibility',
  prepare: ({ operation, body, stream, credential }: ProviderRequest) => ({
    path: operation === 'compact' ? '/responses/compact' : '/responses',
    headers: {
      'content-type': 'application/json',
      accept: stream && operation === 'generate' ? 'text/event-stream' : 'application/json',
      authorization: `Bearer ${credential.secret}`,
    },
    body,
    streams: stream && operation === 'generate',
  }),
};

export default provider;
