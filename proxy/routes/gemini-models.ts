import { googleModels } from '../model-lists/google-list.ts';
import { defineRoute } from './route.ts';

/** The model list in Google's shape. */
export default defineRoute({
  id: 'gemini-models',
  method: 'GET',
  url: '/v1beta/models',
  open: false,
  handle: ({ routing }) => googleModels.list(routing.listed()),
});
