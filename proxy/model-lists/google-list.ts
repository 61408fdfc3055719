import type { ListedModel } from '../routing/model-table.ts';

const googleModel = ({ id, ownedBy, displayName = id, contextLength }: ListedModel): unknown => ({
  name: `models/${id}`,
  displayName,
  description: `Served by ${ownedBy}.`,
  ...(contextLength !== undefined && { inputTokenLimit: contextLength }),
  supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
});

/** Google's list, or one entry of it. */
export const googleModels = {
  list: (models: readonly ListedModel[]): unknown => ({ models: models.map(googleModel) }),
  one: googleModel,
};
