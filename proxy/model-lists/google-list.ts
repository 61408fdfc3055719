import type { ListedModel } from '../routing/model-table.ts';

const googleModel = ({ id, ownedBy }: ListedModel): unknown => ({
  name: `models/${id}`,
  displayName: id,
  description: `Served by ${ownedBy}.`,
  supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
});

/** Google's list, or one entry of it. */
export const googleModels = {
  list: (models: readonly ListedModel[]): unknown => ({ models: models.map(googleModel) }),
  one: googleModel,
};
