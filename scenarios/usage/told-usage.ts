import type { CallerSight, ClientDialect, Reading } from '#scenarios/kit/index';
import { deviates, holds, inShort } from '#scenarios/kit/index';

/** Tokens as a caller is told them, in the same terms for all dialects: `input` includes cached tokens, `output` includes reasoning. */
export interface ToldUsage {
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  readonly reasoning: number;
}

type Tree = Readonly<Record<string, unknown>>;

const treeAt = (value: unknown, ...keys: readonly string[]): Tree | undefined => {
  const found = keys.reduce<unknown>((inner, key) => (inner as Tree | null | undefined)?.[key], value);
  return typeof found === 'object' && found !== null ? (found as Tree) : undefined;
};

const count = (usage: Tree | undefined, key: string): number => {
  const found = usage?.[key];
  return typeof found === 'number' ? found : 0;
};

const openai =
  (input: string, output: string) =>
  (usage: Tree): ToldUsage => ({
    input: count(usage, input),
    output: count(usage, output),
    cached: count(treeAt(usage, `${input}_details`), 'cached_tokens'),
    reasoning: count(treeAt(usage, `${output}_details`), 'reasoning_tokens'),
  });

/** Messages counts what came from the cache and what went there beside `input_tokens`, and has no place for reasoning. */
const messages = (usage: Tree): ToldUsage => {
  const cached = count(usage, 'cache_read_input_tokens');
  const input = count(usage, 'input_tokens') + cached + count(usage, 'cache_creation_input_tokens');
  return { input, output: count(usage, 'output_tokens'), cached, reasoning: 0 };
};

const gemini = (usage: Tree): ToldUsage => ({
  input: count(usage, 'promptTokenCount'),
  output: count(usage, 'candidatesTokenCount') + count(usage, 'thoughtsTokenCount'),
  cached: count(usage, 'cachedContentTokenCount'),
  reasoning: count(usage, 'thoughtsTokenCount'),
});

interface Place {
  /** In a whole answer, or in one event of a stream. */
  readonly find: (json: unknown) => Tree | undefined;
  readonly read: (usage: Tree) => ToldUsage;
}

const places: Readonly<Record<ClientDialect, Place>> = {
  'openai-chat': { find: (json) => treeAt(json, 'usage'), read: openai('prompt_tokens', 'completion_tokens') },
  'openai-responses': {
    find: (json) => treeAt(json, 'response', 'usage') ?? treeAt(json, 'usage'),
    read: openai('input_tokens', 'output_tokens'),
  },
  'anthropic-messages': { find: (json) => treeAt(json, 'message', 'usage') ?? treeAt(json, 'usage'), read: messages },
  'gemini-generate': { find: (json) => treeAt(json, 'usageMetadata'), read: gemini },
};

/** Every usage object that a caller was told, in order; null is none. */
export const usagesTold = ({ probe, json, events }: CallerSight): readonly Tree[] =>
  (probe.stream ? events.map((event) => event.json) : [json]).flatMap((each): readonly Tree[] => {
    const usage = places[probe.dialect].find(each);
    return usage === undefined ? [] : [usage];
  });

/**
 * What a caller's client makes of it: later counts replace earlier ones, key by key, because Messages tells the input at a stream's
 * start and the output at its end. `undefined` when nothing was told.
 */
export const usageTold = (sight: CallerSight): ToldUsage | undefined => {
  const told = usagesTold(sight);
  return told.length === 0 ? undefined : places[sight.probe.dialect].read(Object.assign({}, ...told) as Tree);
};

/** Holds when the caller was told exactly these tokens. */
export const tells = (sight: CallerSight, expected: Partial<ToldUsage>): Reading => {
  const told = usageTold(sight);
  if (told === undefined) return deviates({ expected, actual: `no usage in ${inShort(sight)}` });
  const wrong = (Object.keys(expected) as (keyof ToldUsage)[]).some((kind) => told[kind] !== expected[kind]);
  return wrong ? deviates({ expected, actual: told }) : holds();
};
