import type { Provider, ProviderRequest } from './provider.ts';

const passedOn = ['anthropic-beta'] as const;

const fromClient = (headers: ProviderRequest['clientHeaders']): Record<string, string> =>
  Object.fromEntries(passedOn.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));

/** Anthropic's Messages API with an API key. */
const provider: Provider = {
  id: 'claude',
  dialect: 'anthropic-messages',
  operations: ['generate'],
  catalogue: ['claude-sonnet-4-6', 'claude-opus-4-6', 'claude-haiku-4-5'],
  owner: 'anthropic',
  prepare: ({ body, stream, credential, clientHeaders }: ProviderRequest) => ({
    path: '/v1/messages',
    headers: {
      ...fromClient(clientHeaders),
      'content-type': 'application/json',
      accept: stream ? 'text/event-stream' : 'application/json',
      'anthropic-version': clientHeaders['anthropic-version'] ?? '2023-06-01',
      'x-api-key': credential.secret,
    },
    body,
    streams: stream,
  }),
};

export default provider;
