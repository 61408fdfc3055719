/**
 * Keys that configurations of the page's product have and that change nothing here: parts which this proxy does not have, or does in
 * another way. A file with them loads unchanged; each is told once, quietly (sheets 0.2, 0.4 and row 15).
 * A path names mappings and lists alike, without indexes; `*` stands for any one key.
 */
const pathsWithoutEffect: readonly string[] = [
  // Parts that are not here.
  'pprof',
  'plugins',
  'home',
  'ampcode',
  'cluster',
  'credential-concurrency',
  'credential-in-flight',
  'redis-usage-queue-retention-seconds',
  'video-result-auth-cache-ttl',
  'disable-image-generation',
  'gpt-image-2-base-model',
  'enable-gemini-cli-endpoint',
  'incognito-browser',
  // The relay for AI Studio's pages, `/v1/ws`; sockets of `/v1/responses` always need a key where requests do.
  'ws-auth',
  'remote-management.disable-control-panel',
  'remote-management.disable-auto-update-panel',
  'remote-management.panel-github-repository',
  // Channels that are not here.
  'vertex-api-key',
  'interactions-api-key',
  'xai-api-key',
  'generative-language-api-key',
  'kiro',
  'cursor',
  'minimax',
  'roo',
  'kilo',
  'deepseek',
  'groq',
  'mistral',
  'siliconflow',
  'openrouter',
  'together',
  'fireworks',
  'novita',
  'xai',
  // Imitating a vendor's own client is what this project does not do.
  'disable-claude-cloak-mode',
  'claude-code',
  'claude-header-defaults',
  'codex-header-defaults',
  'claude-api-key.cloak',
  'claude-api-key.fingerprint-profile',
  'claude-api-key.experimental-cch-signing',
  'claude-api-key.rebuild-mid-system-message',
  'codex',
  'antigravity',
  'antigravity-signature-cache-enabled',
  'antigravity-signature-bypass-strict',
  // Done always, or in another way.
  'commercial-mode',
  'request-log',
  'error-logs-max-files',
  'save-cooldown-status',
  'auth-auto-refresh-workers',
  'nonstream-keepalive-interval',
  'responses-compact-enabled',
  'quota-exceeded.antigravity-credits',
  'routing.session-affinity-subagents',
  'oauth-request-scoped-errors',
  'codex-api-key.websockets',
  'codex-api-key.alpha-search',
  'openai-compatibility.support-prompt-cache-key',
  'openai-compatibility.models-endpoint',
  '*.request-scoped-errors',
  '*.models.is-compat',
  '*.models.image',
  '*.models.input-modalities',
  '*.models.output-modalities',
];

const patterns = pathsWithoutEffect.map((path) => path.split('.'));

const isWithoutEffect = (path: readonly string[]): boolean =>
  patterns.some((steps) => steps.length === path.length && steps.every((step, index) => step === '*' || step === path[index]));

export interface Effective {
  readonly tree: unknown;
  /** `pprof`, `claude-api-key.cloak`: each once, in the order of the file. */
  readonly paths: readonly string[];
}

const pick = (node: unknown, path: readonly string[], found: Set<string>): unknown => {
  if (Array.isArray(node)) return node.map((item) => pick(item, path, found));
  if (node === null || typeof node !== 'object') return node;
  const kept = Object.entries(node).flatMap(([key, value]): readonly (readonly [string, unknown])[] => {
    const here = [...path, key];
    if (!isWithoutEffect(here)) return [[key, pick(value, here, found)]];
    found.add(here.join('.'));
    return [];
  });
  return Object.fromEntries(kept);
};

/** The tree without the keys that the page's product knows and that have no effect here, which are named. */
export const withoutIneffectiveKeys = (tree: unknown): Effective => {
  const found = new Set<string>();
  return { tree: pick(tree, [], found), paths: [...found] };
};
