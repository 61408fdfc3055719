import { clientId } from '../../clients/client-keys.ts';
import type { ClientKey } from '../../config/client-keys-schema.ts';
import type { UsageSum } from '../../usage/usage-totals.ts';

/** The only words that are shown (sheet 1.7). */
const known: readonly string[] = ['nim', 'kilo', 'minimax', 'glm', 'openrouter', 'antigravity', 'claude', 'codex', 'gemini', 'roo'];

/** Dollars per thousand tokens of output, fixed; input is half of it. */
const outputCost: Readonly<Record<string, number>> = { nim: 0.22, kilo: 0.28, minimax: 0.36, glm: 0.8, openrouter: 0.3 };

interface WordMetrics {
  readonly request_count: number;
  readonly success_count: number;
  readonly failure_count: number;
  readonly total_tokens: number;
  readonly success_rate: number;
  readonly cost_per_1k_input: number;
  readonly cost_per_1k_output: number;
}

const wordOf = ({ key }: ClientKey): string => key.toLowerCase().split('-', 1)[0] ?? '';

const metricsOf = (word: string, sums: readonly Readonly<UsageSum>[]): WordMetrics => {
  const count = (outcome: UsageSum['outcome']): number =>
    sums.filter((sum) => sum.outcome === outcome).reduce((all, { requests }) => all + requests, 0);
  const [succeeded, failed] = [count('success'), count('failure')];
  const cost = outputCost[word] ?? 0.5;
  return {
    request_count: succeeded + failed,
    success_count: succeeded,
    failure_count: failed,
    total_tokens: sums.reduce((all, { input, output }) => all + input + output, 0),
    success_rate: succeeded + failed === 0 ? 1 : succeeded / (succeeded + failed),
    cost_per_1k_input: cost / 2,
    cost_per_1k_output: cost,
  };
};

/**
 * `GET /v1/metrics/providers` of the build of the page: what it calls a provider is the first word of the client's key, if it is one of
 * ten; of two keys with the same word the last one stays (sheet 1.7).
 */
export const metricsByClientWord = (
  keys: readonly ClientKey[],
  sums: readonly Readonly<UsageSum>[],
): Readonly<Record<string, WordMetrics>> =>
  Object.fromEntries(
    keys
      .filter((key) => known.includes(wordOf(key)))
      .map((key) => [wordOf(key), sums.filter(({ client }) => client === clientId(key))] as const)
      .filter(([, own]) => own.length > 0)
      .map(([word, own]) => [word, metricsOf(word, own)]),
  );
