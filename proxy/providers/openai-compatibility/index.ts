import type { Provider, ProviderRequest } from '../provider.ts';

/** Any upstream that speaks OpenAI Chat Completions. */
const provider: Provider = {
  id: 'openai-compatibility',
  dialect: 'openai-chat',
  operations: ['generate', 'embeddings'],
  catalogue: [],
  owner: 'openai-compatibility',
  prepare: ({ operation, body, stream, credential }: ProviderRequest) => ({
    path: operation === 'embeddings' ? '/embeddings' : '/chat/completions',
    headers: {
      'content-type': 'application/json',
      accept: stream ? 'text/event-stream' : 'application/json',
      authorization: `Bearer ${credential.secret}`,
    },
    body,
    streams: stream,
  }),
};

export default provider;
