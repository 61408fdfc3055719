import { ProxyError } from '../errors.ts';
import { decodedModel } from '../model-in-path.ts';
import type { ListedModel } from '../routing/model-table.ts';
import type { Routing } from '../routing/routing.ts';

/**
 * The model that a raw URL names behind `prefix`; its name may hold slashes, encoded or not.
 * @throws ProxyError `model-not-found` for what is not in the lists: unknown, or hidden while its upstreams refuse it.
 */
export const findListed = (routing: Routing, url: string, prefix: string): ListedModel => {
  const path = url.split('?', 1)[0] ?? '';
  const id = decodedModel(path.slice(path.indexOf(prefix) + prefix.length));
  const found = routing.listed().find((model) => model.id === id);
  if (found !== undefined) return found;
  routing.candidates(id);
  throw new ProxyError('model-not-found', `The model ${JSON.stringify(id.slice(0, 200))} is refused by its upstreams for now.`, {
    param: 'model',
  });
};
