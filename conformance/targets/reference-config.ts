import type { SurfaceId } from '#fixtures/exchange';

/** The reference target's configuration over the mocked upstreams, in config.yaml's key names. Nothing in it is a real credential. */

/** What callers of the reference target show. */
export const referenceClientKey = 'wireproof-reference-client-key';

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An unsigned token with the plan claim at both places where it occurs in the wild; nobody checks the signature. */
const planToken = (plan: string): string =>
  [
    base64url({ alg: 'none', typ: 'JWT' }),
    base64url({ sub: 'wireproof', chatgpt_plan_type: plan, 'https://api.openai.com/auth': { chatgpt_plan_type: plan } }),
    'unsigned',
  ].join('.');

/** The model under its own name, and under one that a `body-limits` entry need not name. */
const plainAndUnlimited = (name: string) => [
  { name, alias: name },
  { name, alias: `${name}-unlimited` },
];

/** A name of its own for a model, which answers then carry too. */
const renamed = (name: string, alias: string) => ({ name, alias, 'force-mapping': true });

const forked = (name: string, alias: string) => [
  { name, alias: `${name}-unlimited`, fork: true },
  { ...renamed(name, alias), fork: true },
];

/** One model of each kind of thinking that Gemini has, beside the budget-only one that cannot be off (sheet row 12). */
const geminiFamilies = ['gemini-2.5-flash', 'gemini-3-pro-preview', 'gemini-3-flash-preview', 'gemini-2.0-flash'];

type BaseUrl = (surface: SurfaceId) => string;

const codexFile = (baseUrl: BaseUrl, plan: string, more: Readonly<Record<string, unknown>>) => ({
  type: 'codex',
  base_url: baseUrl('codex'),
  access_token: planToken(plan),
  id_token: planToken(plan),
  account_id: `account-${plan}`,
  ...more,
});

/** Auth files as objects: Codex of a team and of a pro account, Antigravity, iFlow. */
export const referenceAuthFiles = (baseUrl: BaseUrl): readonly unknown[] => [
  codexFile(baseUrl, 'team', { models: ['gpt-5.3-codex', 'gpt-5.3-codex-spark', 'gpt-5.1-codex-max', 'gpt-5.1-codex-mini'] }),
  codexFile(baseUrl, 'pro', { prefix: 'pro', models: ['gpt-5.3-codex-spark', 'gpt-5.2-codex'] }),
  {
    type: 'antigravity',
    base_url: baseUrl('antigravity'),
    access_token: 'wireproof-antigravity-access-token',
    project_id: 'wireproof-project',
    models: ['claude-opus-4-6-thinking'],
  },
  {
    type: 'iflow',
    base_url: baseUrl('iflow'),
    api_key: 'wireproof-iflow-api-key',
    models: ['glm-4.7', 'glm-4.6', 'qwen3-coder-plus', 'kimi-k2'],
  },
];

/** config.yaml's tree with every API-key upstream pointed at the mocks. */
export const referenceConfig = (baseUrl: BaseUrl): Readonly<Record<string, unknown>> => ({
  host: '127.0.0.1',
  port: 0,
  // One credential per channel serves many cells: what one cell does to it must not turn the next one away.
  'disable-cooling': true,
  'api-keys': [referenceClientKey],
  'openai-compatibility': [
    {
      name: 'openai-chat',
      'base-url': baseUrl('openai-chat'),
      'wire-api': 'chat',
      'api-key-entries': [{ 'api-key': 'wireproof-openai-chat-key' }],
      models: [...plainAndUnlimited('gpt-4.1-mini'), renamed('gpt-4.1-mini', 'house-chat')],
    },
    {
      name: 'openai-responses',
      'base-url': baseUrl('openai-responses'),
      'wire-api': 'responses',
      'api-key-entries': [{ 'api-key': 'wireproof-openai-responses-key' }],
      models: plainAndUnlimited('gpt-5.4'),
    },
  ],
  'claude-api-key': [
    { 'api-key': 'wireproof-claude-key', 'base-url': baseUrl('anthropic-messages'), models: plainAndUnlimited('claude-sonnet-4-6') },
  ],
  'gemini-api-key': [
    {
      'api-key': 'wireproof-gemini-key',
      'base-url': baseUrl('gemini-generate'),
      models: [...plainAndUnlimited('gemini-2.5-pro'), ...geminiFamilies.map((name) => ({ name }))],
    },
  ],
  'oauth-model-alias': {
    codex: forked('gpt-5.3-codex', 'house-codex'),
    antigravity: forked('claude-opus-4-6-thinking', 'gemini-claude-opus-4-6-thinking'),
  },
});
