import { dialectNamed } from '../relay/context.ts';
import { defineRoute } from './route.ts';

/** Anthropic's token count: asked of the upstream where it has one, else estimated (sheet 1.12). */
export default defineRoute({
  id: 'messages-count-tokens',
  method: 'POST',
  url: '/v1/messages/count_tokens',
  open: false,
  handle: (context, request, reply) =>
    context.relay(request, reply, {
      dialect: dialectNamed(context, 'anthropic-messages'),
      operation: 'count-tokens',
      address: {},
      framing: 'sse',
    }),
});
