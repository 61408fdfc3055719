import { textOf } from '../../json/json-body.ts';
import type { Credential, Provider, ProviderRequest } from '../provider.ts';
import { apiKeyBaseUrl } from './api-key.ts';
import oauth from './oauth.ts';

const passedOn = ['anthropic-beta'] as const;

const fromClient = (headers: ProviderRequest['clientHeaders']): Record<string, string> =>
  Object.fromEntries(passedOn.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));

/** What `count_tokens` takes of a request; it refuses the rest. */
const countable = new Set(['model', 'messages', 'system', 'tools', 'tool_choice', 'thinking', 'output_config']);

const countBody = (body: string): string => {
  const request = JSON.parse(body) as Readonly<Record<string, unknown>>;
  return JSON.stringify(Object.fromEntries(Object.entries(request).filter(([key]) => countable.has(key))));
};

const firstVersion = '2023-06-01';

/** OAuth tokens are bearer tokens. So are API keys for the versions after the first, as their official clients send them. */
const credentialHeader = (version: string, { secret, oauth: isToken }: Credential): Record<string, string> =>
  version === firstVersion && !isToken ? { 'x-api-key': secret } : { authorization: `Bearer ${secret}` };

/** Anthropic's Messages API with an API key or an OAuth token. */
const provider: Provider = {
  id: 'claude',
  dialect: 'anthropic-messages',
  operations: ['generate', 'count-tokens'],
  catalogue: ['claude-sonnet-4-6', 'claude-opus-4-6', 'claude-haiku-4-5'],
  owner: 'anthropic',
  apiKeyBaseUrl,
  oauth,
  prepare: ({ operation, body, translated, stream, credential, clientHeaders }: ProviderRequest) => {
    const version = clientHeaders['anthropic-version'] ?? firstVersion;
    const counts = operation === 'count-tokens';
    return {
      path: counts ? '/v1/messages/count_tokens' : '/v1/messages',
      headers: {
        ...fromClient(clientHeaders),
        'content-type': 'application/json',
        accept: stream ? 'text/event-stream' : 'application/json',
        'anthropic-version': version,
        ...credentialHeader(version, credential),
      },
      body: counts && translated ? countBody(textOf(body)) : body,
      streams: stream,
    };
  },
};

export default provider;
