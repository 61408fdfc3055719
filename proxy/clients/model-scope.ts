import { ProxyError } from '../errors.ts';
import type { Routing } from '../routing/routing.ts';
import { matcherOf } from '../routing/wildcard.ts';
import type { Client } from './client.ts';

/** No model's name is longer. */
const maxNameLength = 500;

/** Whether a client may ask for a model by the name that clients use, without suffix. */
export const mayAskFor = ({ scope: { models } }: Client, model: string): boolean =>
  models === undefined || (model.length <= maxNameLength && matcherOf(models)(model));

/**
 * A key with a scope learns nothing of what lies outside of it: what it may not use is refused whether or not it exists, and what does
 * not exist is refused without the nearest names.
 * @throws ProxyError `model-not-allowed`, or `model-not-found`.
 */
export const requireScope = (client: Client, model: string, routing: Pick<Routing, 'knows'>): void => {
  if (client.scope.models === undefined) return;
  const name = JSON.stringify(model.slice(0, 200));
  if (!mayAskFor(client, model)) {
    const message = `This key may not use the model ${name}. GET /v1/models lists those that it may.`;
    throw new ProxyError('model-not-allowed', message, { param: 'model' });
  }
  if (routing.knows(model)) return;
  throw new ProxyError('model-not-found', `The model ${name} is not served here. GET /v1/models lists the models that are.`, {
    param: 'model',
  });
};

/** The routing as one client's model lists show it: what its key may not use is left out, also of hints. */
export const routingSeenBy = (client: Client, routing: Routing): Routing => {
  if (client.scope.models === undefined) return routing;
  return {
    ...routing,
    listed: () => routing.listed().filter(({ id }) => mayAskFor(client, id)),
    candidates: (model) => {
      requireScope(client, model, routing);
      return routing.candidates(model);
    },
  };
};
