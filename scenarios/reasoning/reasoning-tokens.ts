import type { CallerSight } from '#scenarios/kit/index';

type Tree = Readonly<Record<string, unknown>>;

const treeAt = (value: unknown, key: string): Tree => {
  const found = typeof value === 'object' && value !== null ? (value as Tree)[key] : undefined;
  return typeof found === 'object' && found !== null ? (found as Tree) : {};
};

/** Chat puts the usage at the top of an answer, Responses' streams inside `response`; the two name the details differently. */
const countIn = (json: unknown): number | undefined => {
  const usages = [treeAt(json, 'usage'), treeAt(treeAt(json, 'response'), 'usage')];
  const counts = usages.flatMap((usage) => [
    treeAt(usage, 'completion_tokens_details')['reasoning_tokens'],
    treeAt(usage, 'output_tokens_details')['reasoning_tokens'],
  ]);
  return counts.find((count) => typeof count === 'number');
};

/** How many tokens of an answer were thought; `undefined` when it does not say. In a stream the last word counts. */
export const reasoningTokensIn = ({ json, events }: CallerSight): number | undefined =>
  [json, ...events.map((event) => event.json)].map(countIn).findLast((count) => count !== undefined);
