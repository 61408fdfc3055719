import type { SurfaceId } from '#fixtures/exchange';
import { blockedMark } from '#fixtures/upstreams/blocked-account';

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

/** Two accounts of one channel under one prefix, of which the first is blocked: what stands in its key is how a script tells. */
const pooled = (prefix: string, file: Readonly<Record<string, unknown>>) =>
  [`wireproof-pool-account-${blockedMark}`, 'wireproof-pool-account-entitled'].map((access_token) => ({ ...file, prefix, access_token }));

/** Each account beside one whose allowance is used up: the token says so, or the project of the one account. */
const quotaFiles = (baseUrl: BaseUrl): readonly unknown[] => {
  const qwen = { type: 'qwen', prefix: 'quota', base_url: baseUrl('openai-chat') };
  const antigravity = { type: 'antigravity', prefix: 'quota', base_url: baseUrl('antigravity'), access_token: 'wireproof-project-owner' };
  const codex = { type: 'codex', prefix: 'quota', base_url: baseUrl('codex') };
  return [
    { ...qwen, access_token: 'wireproof-qwen-used-up', models: ['qwen3-coder-flash', 'qwen3-max', 'qwen3-vl-plus'] },
    { ...qwen, access_token: 'wireproof-qwen-spare', models: ['qwen3-coder-flash'] },
    { ...antigravity, project_id: 'wireproof-used-up', models: ['gemini-3-flash', 'gemini-3-pro-high', 'gemini-3-pro-low'] },
    { ...antigravity, project_id: 'wireproof-spare', models: ['gemini-3-flash'] },
    { ...codex, access_token: 'wireproof-codex-used-up', models: ['gpt-5.1-codex', 'gpt-5-codex', 'gpt-5-codex-mini'] },
    { ...codex, access_token: 'wireproof-codex-spare', models: ['gpt-5.1-codex'] },
  ];
};

/** Auth files as objects: Codex of a team and of a pro account and one whose token has lapsed, Antigravity, iFlow. */
export const referenceAuthFiles = (baseUrl: BaseUrl): readonly unknown[] => [
  codexFile(baseUrl, 'team', { models: ['gpt-5.3-codex', 'gpt-5.3-codex-spark', 'gpt-5.1-codex-max', 'gpt-5.1-codex-mini', 'gpt-5.1'] }),
  codexFile(baseUrl, 'pro', { prefix: 'pro', models: ['gpt-5.3-codex-spark', 'gpt-5.2-codex'] }),
  codexFile(baseUrl, 'plus', {
    prefix: 'lapsed',
    access_token: 'wireproof-lapsed-access-token',
    refresh_token: 'wireproof-refresh-token',
    token_url: `${baseUrl('codex')}/oauth/token`,
    models: ['gpt-5.1-codex'],
  }),
  // Their plans decide what they offer; one token claims none.
  codexFile(baseUrl, 'free', { prefix: 'free' }),
  codexFile(baseUrl, 'free', {
    prefix: 'unplanned',
    access_token: 'wireproof-token-without-a-plan',
    id_token: undefined,
    account_id: 'account-x',
  }),
  {
    type: 'antigravity',
    base_url: baseUrl('antigravity'),
    access_token: 'wireproof-antigravity-access-token',
    project_id: 'wireproof-project',
    models: ['claude-opus-4-6-thinking', 'gemini-3-flash'],
  },
  ...pooled('pool', {
    type: 'antigravity',
    base_url: baseUrl('antigravity'),
    project_id: 'wireproof-project',
    models: ['gemini-3-pro-low'],
  }),
  ...quotaFiles(baseUrl),
  {
    type: 'iflow',
    base_url: baseUrl('iflow'),
    api_key: 'wireproof-iflow-api-key',
    models: ['glm-4.7', 'glm-4.6', 'qwen3-coder-plus', 'kimi-k2'],
  },
  ...pooled('iflow', { type: 'iflow', base_url: baseUrl('iflow'), models: ['deepseek-v3.2'] }),
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
  'codex-api-key': [
    {
      'api-key': 'wireproof-codex-key',
      'base-url': baseUrl('codex'),
      // Accounts are asked first: what they lack is then found out.
      priority: -1,
      models: [{ name: 'gpt-5.1' }, { name: 'gpt-5.1-mini' }],
    },
  ],
  'gemini-api-key': [
    {
      'api-key': 'wireproof-gemini-key',
      'base-url': baseUrl('gemini-generate'),
      models: [...plainAndUnlimited('gemini-2.5-pro'), ...geminiFamilies.map((name) => ({ name }))],
    },
    ...[`wireproof-gemini-pool-key-${blockedMark}`, 'wireproof-gemini-pool-key-entitled'].map((key) => ({
      'api-key': key,
      prefix: 'pool',
      'base-url': baseUrl('gemini-generate'),
      models: [{ name: 'gemini-2.5-flash-lite' }],
    })),
    {
      'api-key': 'wireproof-gemini-used-up',
      prefix: 'quota',
      'base-url': baseUrl('gemini-generate'),
      models: [{ name: 'gemini-2.5-flash-lite' }, { name: 'gemini-2.5-flash' }, { name: 'gemini-2.0-flash-lite' }],
    },
    {
      'api-key': 'wireproof-gemini-spare',
      prefix: 'quota',
      'base-url': baseUrl('gemini-generate'),
      models: [{ name: 'gemini-2.5-flash-lite' }],
    },
  ],
  'oauth-model-alias': {
    codex: forked('gpt-5.3-codex', 'house-codex'),
    iflow: [{ name: 'kimi-k2', alias: 'house-kimi', fork: true }],
    antigravity: forked('claude-opus-4-6-thinking', 'gemini-claude-opus-4-6-thinking'),
  },
});
