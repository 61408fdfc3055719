import type { Cell } from './cell.ts';

/** What a target can claim besides the dialects it takes and the upstreams it reaches. A scenario that requires more than a target claims is `unsupported` there. */
export const capabilities = {
  stream: 'streams answers as server-sent events',
  'upstream-timeouts': 'gives up an upstream that is silent for longer than it is told to bear: two seconds',
  'keep-alives': 'sends comments within a second of silence to who waits for a stream, before its first token too',
  tools: 'carries tool definitions, tool calls and tool results',
  'token-counts': 'counts the tokens of a question at POST /v1/messages/count_tokens, where it serves Messages',
  compact: 'serves POST /v1/responses/compact',
  'gzip-requests': 'accepts request bodies with Content-Encoding: gzip',
  'body-limits': 'refuses bodies over a configured limit before contacting the upstream',
  'fallback-routes': 'continues with a configured other model when the requested one is refused',
  'credential-tiers': 'knows the subscription tier of a credential',
  'account-pools': 'asks another account of the same model when one is refused',
  'token-renewal': 'renews the OAuth token of an account whose upstream refuses it',
  'auth-files': 'has OAuth accounts in auth files as CLIProxyAPI has them, and takes those of a scenario where it is started for one',
  'cooldown-reset': 'ends the cooldowns of accounts at DELETE /v0/management/cooldowns',
  'quota-cooldown': 'does not ask an account again before the time for which its upstream refused it, and tells callers how long that is',
  'short-waits': 'waits out a refusal for a moment and asks again, instead of handing it on to the caller',
  'codex-client':
    'serves Codex: lists its models in Codex’ shape at GET /v1/models?client_version=, and answers an upgrade that it does not take with 426',
  'responses-websocket': 'serves Responses over WebSocket at GET /v1/responses',
  'custom-tools': 'carries tools that take free text to models that know functions only, and their calls back',
  'default-aliases': 'adds the aliases of the page for Antigravity where the configuration has none and default-model-aliases is on',
  'management-api': 'has a management API under /v0/management, behind a key of its own',
  'config-on-disk': 'keeps what its management API changes in the config.yaml that it was started with, and shows that at GET config.yaml',
  'client-keys': 'lets in only callers who show a listed key, at the model list too',
  'key-scopes': 'limits a client’s key to some of the models, in the list too',
  'key-places': 'takes the key as Authorization, x-api-key, x-goog-api-key, ?key= and ?auth_token=, whatever the dialect',
  'quota-failover': 'has a second account or project beside one whose name says used-up, and asks it for what the first has no quota for',
  'client-rate-limits': 'limits how often one key may ask: three times a minute',
  'qwen-portal': 'reaches Qwen’s portal, which takes only conversations that begin with their one system message',
  'in-flight-gauge': 'tells at GET /metrics, in Prometheus’ text format, how many requests are being answered',
  'provider-metrics': 'counts requests and tokens of each provider at GET /v1/metrics/providers',
  'signed-iflow': 'reaches iFlow with its signed CLI headers',
  'in-process': 'can also be mounted in the process of its caller, and is then asked without a network',
  'health-paths': 'tells at /health, /healthz or / that it lives, to callers without a key',
  'key-and-account': 'serves one model name with API keys and with accounts, whichever may use it',
  'model-registry': 'knows the models it serves: lists them at GET /v1/models and refuses others without asking an upstream',
  'model-aliases': 'serves a model under a second name beside its own, and answers under that name',
  'model-prefixes': 'sets a credential apart by a prefix before the names of its models, prefix/model',
  'model-exclusions': 'withholds models of a credential by pattern',
  'reasoning-effort': 'carries the amount of reasoning that a caller asks for to every upstream',
  'reasoning-suffix': 'steers reasoning by a suffix of the model’s name, as in model(high)',
  'reasoning-families': 'knows which model can reason how, and asks each for what it has',
  'reasoning-log': 'logs which amount of reasoning was asked for and which was sent',
} as const;
export type Capability = keyof typeof capabilities;

/** What a cell needs of a target, beside what the scenario requires. */
export const cellNeeds = (cell: Cell): readonly string[] => [
  `client:${cell.client}`,
  `upstream:${cell.upstream}`,
  ...(cell.stream ? ['stream'] : []),
];
