import { dialectNamed } from '../relay/context.ts';
import { defineRoute } from './route.ts';

/** OpenAI's legacy text completions. */
export default defineRoute({
  id: 'completions',
  method: 'POST',
  url: '/v1/completions',
  open: false,
  handle: (context, request, reply) =>
    context.relay(request, reply, {
      dialect: dialectNamed(context, 'openai-completions'),
      operation: 'generate',
      address: {},
      framing: 'sse',
    }),
});
