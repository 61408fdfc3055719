import type { Provider, ProviderRequest } from './provider.ts';

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

const asDeveloper = (item: unknown): unknown =>
  item !== null && typeof item === 'object' && (item as Body).role === 'system' ? { ...item, role: 'developer' } : item;

/** The backend takes a list only, and knows no system role in it. */
const inputItems = (input: unknown): unknown => {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }];
  return Array.isArray(input) ? input.map(asDeveloper) : input;
};

const withEncryptedReasoning = (include: unknown): readonly unknown[] => [
  ...new Set([...(Array.isArray(include) ? (include as readonly unknown[]) : []), 'reasoning.encrypted_content']),
];

const generation = (body: Body): Body => ({
  ...Object.fromEntries(Object.entries(body).filter(isAccepted)),
  instructions: body.instructions ?? '',
  input: inputItems(body.input),
  include: withEncryptedReasoning(body.include),
  stream: true,
  store: false,
});

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
  owner: 'openai',
  prepare: ({ operation, body, credential }: ProviderRequest) => ({
    path: operation === 'compact' ? '/responses/compact' : '/responses',
    headers: {
      'content-type': 'application/json',
      accept: operation === 'compact' ? 'application/json' : 'text/event-stream',
      authorization: `Bearer ${credential.secret}`,
      ...account(credential),
    },
    body: operation === 'compact' ? body : JSON.stringify(generation(JSON.parse(body) as Body)),
    streams: operation !== 'compact',
  }),
};

export default provider;
