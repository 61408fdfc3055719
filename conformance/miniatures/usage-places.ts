import { isRecord, mapTree } from './defect.ts';

type Tree = Readonly<Record<string, unknown>>;

/** Under these names all dialects keep the count of an answer. */
export const usageKeys: readonly string[] = ['usage', 'usageMetadata'];

/** The tree with every count replaced by what `edit` makes of it; `undefined` takes it out. Chat's chunk with nothing else goes too. */
export const withUsage = (json: Tree, edit: (usage: Tree) => unknown): unknown => {
  const edited = mapTree(json, (value) => {
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) => {
        if (!usageKeys.includes(key) || !isRecord(inner)) return [[key, inner] as const];
        const usage = edit(inner);
        return usage === undefined ? [] : [[key, usage] as const];
      }),
    );
  });
  const isEmptyNow = Array.isArray(json['choices']) && json['choices'].length === 0 && isRecord(edited) && !('usage' in edited);
  return isEmptyNow ? undefined : edited;
};
