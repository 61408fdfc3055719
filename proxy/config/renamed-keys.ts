/** Names that keys had in other versions of the page's product (sheet R7), with what they are called here. */
const newNames: Readonly<Record<string, string>> = {
  'oauth-model-mappings': 'oauth-model-alias',
  'oauth-upstream': 'oauth-upstreams',
};

/** The tree with the present names of its top keys. A key that is there under both names keeps the present one's value. */
export const withRenamedKeys = (tree: unknown): { readonly tree: unknown; readonly notices: readonly string[] } => {
  if (tree === null || typeof tree !== 'object' || Array.isArray(tree)) return { tree, notices: [] };
  const old = Object.keys(newNames).filter((name) => name in tree);
  const entries = Object.entries(tree).flatMap(([key, value]): readonly (readonly [string, unknown])[] => {
    const name = newNames[key];
    if (name === undefined) return [[key, value]];
    return name in tree ? [] : [[name, value]];
  });
  const notices = old.map((name) => {
    const present = newNames[name] ?? name;
    return present in tree ? `${name} has no effect here beside ${present}` : `${name} is read as ${present}`;
  });
  return { tree: Object.fromEntries(entries), notices };
};
