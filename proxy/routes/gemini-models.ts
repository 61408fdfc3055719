import { defineRoute } from './route.ts';

/** The model list in Google's shape. */
export default defineRoute({
  id: 'gemini-models',
  method: 'GET',
  url: '/v1beta/models',
  open: false,
  handle: ({ routing }) => ({
    models: routing.listed().map(({ id, ownedBy }) => ({
      name: `models/${id}`,
      displayName: id,
      description: `Served by ${ownedBy}.`,
      supportedGenerationMethods: ['generateContent', 'streamGenerateContent'],
    })),
  }),
});
