import { ProxyError } from '../errors.ts';
import { nearestOf } from '../nearest.ts';
import type { RoutingPolicy } from '../personas/persona.ts';

const explained = (model: string, known: readonly string[]): string => {
  const near = nearestOf(model, known, 3);
  const hint = near.length === 0 ? 'GET /v1/models lists the models that are.' : `Nearest: ${near.map((id) => `"${id}"`).join(', ')}.`;
  return `The model ${JSON.stringify(model.slice(0, 200))} is not served here. ${hint}`;
};

/**
 * The refusal of a model that nobody serves.
 * @param model as the client sent it, with prefix and suffix
 * @param known ids that are listed, to name the nearest
 */
export const unknownModel = (
  { unknownModel: { status, words } }: Pick<RoutingPolicy, 'unknownModel'>,
  model: string,
  known: readonly string[] = [],
): ProxyError => {
  const message = words === 'explained' ? explained(model, known) : `unknown provider for model ${model.slice(0, 200)}`;
  return new ProxyError('model-not-found', message, { param: 'model', status });
};
