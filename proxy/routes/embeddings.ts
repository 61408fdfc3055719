import { dialectNamed } from '../relay/context.ts';
import { defineRoute } from './route.ts';

/** OpenAI embeddings, passed through as they are: no other vendor's API has them in a form that could be translated. */
export default defineRoute({
  id: 'embeddings',
  method: 'POST',
  url: '/v1/embeddings',
  open: false,
  handle: (context, request, reply) =>
    context.relay(request, reply, { dialect: dialectNamed(context, 'openai-chat'), operation: 'embeddings', address: {}, framing: 'sse' }),
});
