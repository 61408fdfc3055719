import type { ClientDialect } from '#scenarios/kit/cell';
import type { SurfaceId } from '#fixtures/exchange';

/** A model of a list, whichever shape the list has. */
export interface ListedName {
  readonly name: string;
  /** `owned_by` in OpenAI's shape. */
  readonly owner: string;
}

/** A list of the size that an answer may have holds no more than twice as many. */
const mostNames = 50_000;
const longestName = 200;

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A name that can stand in a file and in a request; some have plain spaces. Others are no models that anyone could ask for. */
const isUsable = ({ name }: ListedName): boolean =>
  name !== '' && name.length <= longestName && name === name.trim() && !/[\p{C}\p{Zl}\p{Zp}]|[^\S ]/u.test(name);

const entries = (json: unknown): readonly unknown[] =>
  ([fieldOf(json, 'data'), fieldOf(json, 'models')].find(Array.isArray) as readonly unknown[] | undefined) ?? [];

/** Anthropic's and OpenAI's lists say that there is a next page, Google's how to ask for it. */
const hasNextPage = (json: unknown): boolean =>
  fieldOf(json, 'has_more') === true || ['nextPageToken', 'next_page_token'].some((key) => textOf(fieldOf(json, key)) !== '');

/** `id` in OpenAI's and Anthropic's lists, `name` with `models/` before it in Gemini's. */
const nameOf = (entry: unknown): string => textOf(fieldOf(entry, 'id')) || textOf(fieldOf(entry, 'name')).replace(/^models\//, '');

export interface ModelList {
  readonly names: readonly ListedName[];
  /** False where there may be more: further pages, entries without a name that could be read, more than anybody reads. */
  readonly whole: boolean;
}

/** The models of a list in OpenAI's, Anthropic's or Gemini's shape; none when it is no such list. */
export const readModels = (json: unknown): ModelList => {
  const all = entries(json);
  const names = all
    .slice(0, mostNames)
    .map((entry) => ({ name: nameOf(entry), owner: textOf(fieldOf(entry, 'owned_by')).toLowerCase() }))
    .filter(isUsable);
  return { names, whole: names.length === all.length && !hasNextPage(json) };
};

interface Family {
  readonly surface: SurfaceId;
  readonly owners: readonly string[];
  readonly name: RegExp;
  /** Guessed only where callers can speak this dialect. */
  readonly needs?: ClientDialect;
}

/** The last part of a name decides: `openai/gpt-4.1` is of the same family as `gpt-4.1`. */
const families: readonly Family[] = [
  { surface: 'antigravity', owners: ['antigravity'], name: /^$/ },
  { surface: 'iflow', owners: ['iflow'], name: /^$/ },
  { surface: 'codex', owners: ['codex'], name: /^gpt-[\d.]+-codex/ },
  { surface: 'anthropic-messages', owners: ['anthropic', 'claude'], name: /^claude-/ },
  { surface: 'gemini-generate', owners: ['google', 'gemini'], name: /^gemini-/ },
  { surface: 'openai-responses', owners: ['openai-responses'], name: /^(?:gpt-(?!.*codex)|o\d)/, needs: 'openai-responses' },
  { surface: 'openai-chat', owners: ['openai-chat'], name: /^(?:gpt-(?!.*codex)|o\d|chatgpt-)/ },
];

/** Models that hold no conversation. */
const otherKinds = /embed|whisper|tts|dall-e|image|moderation|rerank|transcribe|realtime|audio/i;

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

const isOf =
  (family: Family) =>
  ({ name, owner }: ListedName): boolean =>
    family.owners.includes(owner) || family.name.test(lastPart(name));

const isClaimedBefore =
  (family: Family) =>
  ({ owner }: ListedName): boolean =>
    families.some((other) => other.surface !== family.surface && other.owners.includes(owner));

/**
 * A model for each upstream that the names make likely; which upstream really answers is not to be seen from outside. Names of no known
 * family count as Chat Completions, which most gateways speak to what they do not know.
 */
export const likelyUpstreams = (
  listed: readonly ListedName[],
  dialects: readonly ClientDialect[],
): Readonly<Partial<Record<SurfaceId, string>>> => {
  const talking = listed.filter(({ name }) => !otherKinds.test(name));
  const found = families
    .filter(({ needs }) => needs === undefined || dialects.includes(needs))
    .flatMap((family): (readonly [SurfaceId, string])[] => {
      const ofFamily = talking.filter((model) => isOf(family)(model) && !isClaimedBefore(family)(model));
      return ofFamily[0] === undefined ? [] : [[family.surface, ofFamily[0].name]];
    });
  if (found.length > 0) return Object.fromEntries(found);
  return talking[0] === undefined || !dialects.includes('openai-chat') ? {} : { 'openai-chat': talking[0].name };
};
