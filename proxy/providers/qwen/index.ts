import type { Provider, ProviderRequest } from '../provider.ts';
import oauth from './oauth.ts';

/** Qwen's portal: Chat Completions behind an OAuth token. The proxy names itself; the portal may serve its own clients only (row 19 (e) 1). */
const provider: Provider = {
  id: 'qwen',
  dialect: 'openai-chat',
  operations: ['generate'],
  catalogue: ['qwen3-coder-plus', 'qwen3-coder-flash'],
  owner: 'qwen',
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
