import type { ListedModel } from '../routing/model-table.ts';

const openAiModel = ({ id, ownedBy }: ListedModel, startedAt: number): unknown => ({
  id,
  object: 'model',
  created: Math.floor(startedAt / 1000),
  owned_by: ownedBy,
});

/** OpenAI's list, or one entry of it: the shape of everybody who says nothing else (sheet S6). */
export const openAiModels = {
  list: (models: readonly ListedModel[], startedAt: number): unknown => ({
    object: 'list',
    data: models.map((model) => openAiModel(model, startedAt)),
  }),
  one: openAiModel,
};
