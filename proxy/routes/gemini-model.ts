import { findListed } from '../model-lists/find-listed.ts';
import { googleModels } from '../model-lists/google-list.ts';
import { defineRoute } from './route.ts';

/** One model in Google's shape. */
export default defineRoute({
  id: 'gemini-model',
  method: 'GET',
  url: '/v1beta/models/*',
  open: false,
  handle: ({ routing }, { raw }) => googleModels.one(findListed(routing, raw.url ?? '', '/models/')),
});
