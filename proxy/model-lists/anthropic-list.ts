import type { ListedModel } from '../routing/model-table.ts';

/** Shows an id; as it is where nothing else is said. */
type Show = (id: string) => string;

const asItIs: Show = (id) => id;

const anthropicModel = ({ id: own, displayName }: ListedModel, startedAt: number, show: Show): unknown => {
  const id = show(own);
  return {
    id,
    type: 'model',
    display_name: displayName ?? id,
    created_at: new Date(startedAt).toISOString(),
  };
};

const shownId = (model: ListedModel | undefined, show: Show): string | null => (model === undefined ? null : show(model.id));

/** Anthropic's list, or one entry of it, with the ids as they are unless a persona cloaks them (sheet S6). All models are on the one page. */
export const anthropicModels = {
  list: (models: readonly ListedModel[], startedAt: number, show: Show = asItIs): unknown => ({
    data: models.map((model) => anthropicModel(model, startedAt, show)),
    has_more: false,
    first_id: shownId(models[0], show),
    last_id: shownId(models.at(-1), show),
  }),
  one: (model: ListedModel, startedAt: number): unknown => anthropicModel(model, startedAt, asItIs),
};
