import { dialectNamed } from '../relay/context.ts';
import { defineRoute } from './route.ts';

/** OpenAI Responses. */
export default defineRoute({
  id: 'responses',
  method: 'POST',
  url: '/v1/responses',
  open: false,
  handle: (context, request, reply) =>
    context.relay(request, reply, {
      dialect: dialectNamed(context, 'openai-responses'),
      operation: 'generate',
      address: {},
      framing: 'sse',
    }),
});
