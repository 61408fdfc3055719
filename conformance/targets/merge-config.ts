type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The base with the patch over it: mappings merge key by key, everything else (lists too) is replaced. */
export const mergeConfig = (base: Tree, patch: Tree): Tree =>
  Object.fromEntries(
    [...new Set([...Object.keys(base), ...Object.keys(patch)])].map((key) => {
      const [ours, theirs] = [base[key], patch[key]];
      if (!(key in patch)) return [key, ours];
      return [key, isTree(ours) && isTree(theirs) ? mergeConfig(ours, theirs) : theirs];
    }),
  );
