import { dialectNamed } from '../relay/context.ts';
import { defineRoute } from './route.ts';

/** Anthropic Messages. */
export default defineRoute({
  id: 'messages',
  method: 'POST',
  url: '/v1/messages',
  open: false,
  handle: (context, request, reply) =>
    context.relay(request, reply, {
      dialect: dialectNamed(context, 'anthropic-messages'),
      operation: 'generate',
      address: {},
      framing: 'sse',
    }),
});
