/** Which types of which SDK are of which answers; the packages and roots are those of sdk/sdk-roots.ts. */

interface Roots {
  readonly body: readonly string[];
  readonly events: readonly string[];
  /** Of `body.error`, where it has a type of its own. */
  readonly error?: string;
}

const chat: Roots = { body: ['ChatCompletion', 'CreateEmbeddingResponse'], events: ['ChatCompletionChunk'], error: 'ErrorObject' };
const responses: Roots = { body: ['Response', 'CompactedResponse'], events: ['ResponseStreamEvent'], error: 'ErrorObject' };
const messages: Roots = { body: ['Message'], events: ['RawMessageStreamEvent'] };
const gemini: Roots = { body: ['GenerateContentResponse', 'CountTokensResponse'], events: ['GenerateContentResponse'] };

const rootsByPackage: Readonly<Record<string, Readonly<Record<string, Roots>>>> = {
  openai: { 'openai-chat': chat, iflow: chat, 'openai-responses': responses, codex: responses },
  '@anthropic-ai/sdk': { 'anthropic-messages': messages },
  '@google/genai': { 'gemini-generate': gemini, antigravity: gemini },
};

/** The types to read a path from, the likelier first, and the path from them. */
interface RootsFor {
  readonly names: readonly string[];
  readonly path: string;
}

const inError = /^body\.error(?:\[type=[^\]]*\])?(?=[.[]|$)/;

/** Of an error's envelope a package may have the inside only. An answer of a Response has a field of this name, too. */
const forError = ({ error, body }: Roots, path: string): RootsFor => {
  const rest = path.replace(inError, '');
  if (rest !== '') return { names: error === undefined ? [] : [error], path: `body${rest}` };
  return { names: body.filter((name) => name === 'Response'), path };
};

/** No types where none is of such an answer; undefined where the package is another vendor's. */
export const rootsFor = (packageName: string, surface: string, path: string): RootsFor | undefined => {
  const roots = Object.hasOwn(rootsByPackage, packageName) ? rootsByPackage[packageName]?.[surface] : undefined;
  if (roots === undefined) return undefined;
  if (inError.test(path)) return forError(roots, path);
  const names = path.startsWith('events[') ? roots.events : roots.body;
  return { names, path: surface === 'antigravity' ? path.replace(/^(body|events\[chunk\])\.response(?=\.|$)/, '$1') : path };
};
