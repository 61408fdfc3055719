import type { SurfaceId } from '#fixtures/exchange';
import type { UpstreamRequest } from '#fixtures/upstreams/script';

/** What an upstream request says of reasoning. Both members: the request says it twice. None: it says nothing. */
export interface SentAmount {
  readonly level?: string;
  /** Tokens; 0 is off and -1 leaves the amount to the model. */
  readonly budget?: number;
}

type Tree = Readonly<Record<string, unknown>>;

const treeIn = (value: unknown, ...keys: readonly string[]): Tree => {
  const holder = (typeof value === 'object' && value !== null ? value : {}) as Tree;
  const found = keys.map((key) => holder[key]).find((each) => each !== undefined);
  return (typeof found === 'object' && found !== null ? found : {}) as Tree;
};

const amount = (level: unknown, budget: unknown): SentAmount => ({
  ...(typeof level === 'string' && { level: level.toLowerCase() }),
  ...(typeof budget === 'number' && { budget }),
});

/** Google reads both spellings of its fields. */
const googleAmount = (body: unknown): SentAmount => {
  const config = treeIn(treeIn(body, 'generationConfig', 'generation_config'), 'thinkingConfig', 'thinking_config');
  return amount(config['thinkingLevel'] ?? config['thinking_level'], config['thinkingBudget'] ?? config['thinking_budget']);
};

const anthropicAmount = (body: unknown): SentAmount => {
  const thinking = treeIn(body, 'thinking');
  if (thinking['type'] === 'disabled') return { budget: 0 };
  if (thinking['type'] === 'enabled') return amount(undefined, thinking['budget_tokens']);
  return thinking['type'] === 'adaptive' ? amount(treeIn(body, 'output_config')['effort'] ?? 'auto', undefined) : {};
};

const responsesAmount = (body: unknown): SentAmount => amount(treeIn(body, 'reasoning')['effort'], undefined);
const chatAmount = (body: unknown): SentAmount => amount((body as Tree | undefined)?.['reasoning_effort'], undefined);

const readers: Readonly<Record<SurfaceId, (body: unknown) => SentAmount>> = {
  'openai-chat': chatAmount,
  iflow: chatAmount,
  'openai-responses': responsesAmount,
  codex: responsesAmount,
  'anthropic-messages': anthropicAmount,
  'gemini-generate': googleAmount,
  antigravity: (body) => googleAmount(treeIn(body, 'request')),
};

/** What a request asks of its upstream, by the vendor's documentation. */
export const sentAmount = ({ surface, body }: UpstreamRequest): SentAmount => readers[surface](body);

/** The model as the upstream was asked for it, escapes of a path left as they are; '' where it was asked for none. */
export const sentModel = ({ surface, path, body }: UpstreamRequest): string => {
  if (surface === 'gemini-generate') return /\/models\/([^:/]+)/.exec(path)?.[1] ?? '';
  const model = (body as Tree | undefined)?.['model'];
  return typeof model === 'string' ? model : '';
};
