import { isAnthropicClient } from '../client-dialect.ts';
import { anthropicModels } from '../model-lists/anthropic-list.ts';
import { findListed } from '../model-lists/find-listed.ts';
import { openAiModels } from '../model-lists/openai-list.ts';
import { defineRoute } from './route.ts';

/** One model of the list, in the shape of the asking client. */
export default defineRoute({
  id: 'model',
  method: 'GET',
  url: '/v1/models/*',
  open: false,
  handle: ({ routing, startedAt, persona }, { headers, raw }) => {
    const model = findListed(routing, raw.url ?? '', '/models/');
    return isAnthropicClient(headers, persona.models.anthropicShape)
      ? anthropicModels.one(model, startedAt)
      : openAiModels.one(model, startedAt);
  },
});
