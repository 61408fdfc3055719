import { isAnthropicClient } from '../client-dialect.ts';
import { anthropicModels } from '../model-lists/anthropic-list.ts';
import { codexCatalogue } from '../model-lists/codex-catalogue.ts';
import { openAiModels } from '../model-lists/openai-list.ts';
import { cloaked } from '../personas/acting/cloak.ts';
import { defineRoute } from './route.ts';

const asksForCatalogue = (query: unknown): boolean => (query as { readonly client_version?: unknown }).client_version !== undefined;

/** The models that clients may ask for, in the shape of the asking client (sheet S6). */
export default defineRoute({
  id: 'models',
  method: 'GET',
  url: '/v1/models',
  open: false,
  handle: ({ routing, startedAt, persona }, { headers, query }) => {
    const { anthropicShape, anthropicIds } = persona.models;
    const models = routing.listed();
    if (asksForCatalogue(query)) return codexCatalogue(models);
    if (!isAnthropicClient(headers, anthropicShape)) return openAiModels.list(models, startedAt);
    return anthropicModels.list(models, startedAt, anthropicIds === 'cloaked' ? cloaked : undefined);
  },
});
