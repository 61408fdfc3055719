/**
 * Names under which tools of the page's time ask for Antigravity's models, by the upstream's own name (sheet row 18 (d)). Builds to v6.8.37
 * added them by themselves; here `default-model-aliases` does, and the upstream's own names stay.
 */
const antigravity: Readonly<Record<string, readonly string[]>> = {
  'claude-opus-4-6-thinking': ['gemini-claude-opus-4-6-thinking', 'gemini-claude-opus-thinking'],
  'claude-opus-4-5-thinking': ['gemini-claude-opus-4-5-thinking'],
  'claude-sonnet-4-5': ['gemini-claude-sonnet-4-5'],
  'claude-sonnet-4-5-thinking': ['gemini-claude-sonnet-4-5-thinking'],
};

const asEntries = (names: typeof antigravity): readonly object[] =>
  Object.entries(names).flatMap(([name, aliases]) => aliases.map((alias) => ({ name, alias, fork: true, 'force-mapping': true })));

type Tree = Readonly<Record<string, unknown>>;

const hasSection = (tree: Tree): boolean => tree['oauth-model-alias'] !== undefined && tree['oauth-model-alias'] !== null;

/**
 * The tree with the default aliases where it asks for them and has none of its own. A section of its own, however small, is taken as it is:
 * whoever writes one decides on all of it.
 */
export const withDefaultAliases = (tree: unknown): { readonly tree: unknown; readonly notices: readonly string[] } => {
  if (tree === null || typeof tree !== 'object' || Array.isArray(tree)) return { tree, notices: [] };
  const top = tree as Tree;
  if (top['default-model-aliases'] !== true) return { tree, notices: [] };
  if (hasSection(top)) return { tree, notices: ['default-model-aliases adds nothing beside oauth-model-alias'] };
  const entries = asEntries(antigravity);
  const notices = [`default-model-aliases adds ${entries.length} names to oauth-model-alias.antigravity`];
  return { tree: { ...top, 'oauth-model-alias': { antigravity: entries } }, notices };
};
