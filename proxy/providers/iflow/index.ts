import type { Provider, ProviderRequest } from '../provider.ts';
import oauth from './oauth.ts';

/** iFlow is Chat Completions; the headers that its acceptance rules ask for come from the remedy `signed-iflow-headers` (sheet R9). */
const provider: Provider = {
  id: 'iflow',
  dialect: 'openai-chat',
  operations: ['generate'],
  catalogue: ['glm-4.7', 'glm-4.6', 'kimi-k2', 'minimax-m2', 'qwen3-coder-plus', 'deepseek-v3.2'],
  owner: 'iflow',
  oauth,
  prepare: ({ body, stream, credential }: ProviderRequest) => ({
    path: '/chat/completions',
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
