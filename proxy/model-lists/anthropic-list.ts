import type { ListedModel } from '../routing/model-table.ts';

const anthropicModel = ({ id }: ListedModel, startedAt: number): unknown => ({
  id,
  type: 'model',
  display_name: id,
  created_at: new Date(startedAt).toISOString(),
});

/** Anthropic's list, or one entry of it, with the ids as they are: nothing is cloaked (sheet S6). All models are on the one page. */
export const anthropicModels = {
  list: (models: readonly ListedModel[], startedAt: number): unknown => ({
    data: models.map((model) => anthropicModel(model, startedAt)),
    has_more: false,
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  }),
  one: anthropicModel,
};
