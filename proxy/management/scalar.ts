import { withoutValue, withValue } from '../config/edit-yaml.ts';
import { change, valueBody } from './changes.ts';
import type { ManagementContext, ManagementHandler, ManagementRoute } from './management-route.ts';

type Path = readonly [string, ...string[]];

const read: (path: Path) => ManagementHandler =
  (path) =>
  ({ live, masks }) => {
    const shown = masks.tree(live.current.parsed.config);
    const value = path.reduce<unknown>((node, step) => (node as Readonly<Record<string, unknown>>)[step], shown);
    return { [path.at(-1) ?? '']: value ?? null };
  };

const write =
  (path: Path): ManagementHandler =>
  (context, request) => {
    const value = valueBody(request);
    return change(context, (text) => withValue(text, path, context.masks.unmaskTree(value, text)));
  };

const reset =
  (path: Path): ManagementHandler =>
  (context: ManagementContext) =>
    change(context, (text) => withoutValue(text, path));

/** One value of the configuration: GET, PUT and PATCH with `{"value": …}`, DELETE back to its default (sheet row 15). */
export const scalarEndpoint = (id: string, path: Path): ManagementRoute => ({
  id,
  path: path.join('/'),
  methods: { GET: read(path), PUT: write(path), PATCH: write(path), DELETE: reset(path) },
});
