import { loadFolders, loadModules } from '../../discovery.ts';
import type { Dialect } from '../dialect.ts';
import { groups, type Feature, type SharedDialect } from './features/feature.ts';
import { models } from './translate.ts';

/** The features in the order of the table, and the dialects that both clients and upstreams speak. */
export const loadPairs = async (): Promise<{ readonly features: readonly Feature[]; readonly dialects: readonly Dialect[] }> => {
  const features = await loadModules<Feature>(new URL('./features/', import.meta.url), 'feature');
  const dialects = await loadFolders<Dialect>(new URL('../', import.meta.url));
  const order = ({ group }: Feature): number => groups.indexOf(group);
  return {
    features: [...features.values()].toSorted((a, b) => order(a) - order(b) || a.id.localeCompare(b.id)),
    dialects: (Object.keys(models) as readonly SharedDialect[]).flatMap((id) => dialects.get(id) ?? []),
  };
};
