import { editedBody, textOf } from '../../json/json-body.ts';
import type { Loss } from '../../ir/loss.ts';
import type { Provider, ProviderRequest } from '../provider.ts';
import { apiKeyBaseUrl } from './api-key.ts';
import oauth from './oauth.ts';
import { plans } from './plans.ts';

type Body = Readonly<Record<string, unknown>>;

/** What the Codex backend refuses on generation (sheet P13b). */
const notAccepted = new Set([
  'max_output_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'truncation',
  'prompt_cache_options',
  'prompt_cache_retention',
  'user',
  'context_management',
]);

const isAccepted = ([key, value]: readonly [string, unknown]): boolean =>
  !notAccepted.has(key) && (key !== 'service_tier' || value === 'priority');

/** What the neutral request calls the fields of a translated one. */
const neutralNames: Readonly<Record<string, string>> = { max_output_tokens: 'maxOutputTokens', top_p: 'topP' };

/** What the client asked for and does not get: fields that the backend refuses, and that its answers are kept. */
const lossesOf = (body: Body, translated: boolean): readonly Loss[] => {
  const refused = Object.entries(body).filter((entry) => !isAccepted(entry) && entry[1] !== null);
  const fields = refused.map(([key]) => ({
    path: translated ? (neutralNames[key] ?? key) : key,
    why: 'the Codex backend refuses it',
  }));
  return body['store'] === true ? [...fields, { path: 'store', why: 'the Codex backend keeps no answers' }] : fields;
};

const asDeveloper = (item: unknown): unknown =>
  item !== null && typeof item === 'object' && (item as Body).role === 'system' ? { ...item, role: 'developer' } : item;

/** The backend takes a list only, and knows no system role in it. */
const inputItems = (input: unknown): unknown => {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }];
  return Array.isArray(input) ? input.map(asDeveloper) : input;
};

const hasSystemRole = (input: unknown): boolean => Array.isArray(input) && input.some((item) => asDeveloper(item) !== item);

const encryptedReasoning = 'reasoning.encrypted_content';

const withEncryptedReasoning = (include: unknown): readonly unknown[] => [
  ...(Array.isArray(include) ? (include as readonly unknown[]) : []),
  encryptedReasoning,
];

/** What has to change of a body, and no more: numbers and keys that nobody asks about stay as the client spelled them. */
const generationEdits = (body: Body): Body => {
  const { instructions = null, input, include } = body;
  const refused = Object.entries(body).filter((entry) => !isAccepted(entry));
  return {
    ...Object.fromEntries(refused.map(([key]) => [key, undefined])),
    ...(instructions === null && { instructions: '' }),
    ...((typeof input === 'string' || hasSystemRole(input)) && { input: inputItems(input) }),
    ...(!(Array.isArray(include) && include.includes(encryptedReasoning)) && { include: withEncryptedReasoning(include) }),
    stream: true,
    store: false,
  };
};

const account = ({ fields }: ProviderRequest['credential']): Record<string, string> =>
  fields.account_id === undefined ? {} : { 'chatgpt-account-id': fields.account_id };

/**
 * OpenAI's Codex backend: Responses that always stream and never store; `/responses/compact` answers JSON.
 * With an OAuth token the account id goes along; the proxy names itself and imitates no vendor client.
 */
const provider: Provider = {
  id: 'codex',
  dialect: 'openai-responses',
  operations: ['generate', 'compact'],
  catalogue: ['gpt-5.3-codex', 'gpt-5.3-codex-spark', 'gpt-5.4', 'gpt-5.4-mini', 'gpt-5.5'],
  plans,
  owner: 'openai',
  apiKeyBaseUrl,
  oauth,
  prepare: ({ operation, body, credential, translated }: ProviderRequest) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${credential.secret}`, ...account(credential) };
    if (operation === 'compact')
      return { path: '/responses/compact', headers: { ...headers, accept: 'application/json' }, body, streams: false };
    const asked = JSON.parse(textOf(body)) as Body;
    return {
      path: '/responses',
      headers: { ...headers, accept: 'text/event-stream' },
      body: editedBody(body, generationEdits(asked)),
      streams: true,
      losses: lossesOf(asked, translated),
    };
  },
};

export default provider;
