import { dialectNamed } from '../relay/context.ts';
import { defineRoute } from './route.ts';

/** Compaction of a Responses conversation: JSON only, passed through (row 20). */
export default defineRoute({
  id: 'responses-compact',
  method: 'POST',
  url: '/v1/responses/compact',
  open: false,
  handle: (context, request, reply) =>
    context.relay(request, reply, {
      dialect: dialectNamed(context, 'openai-responses'),
      operation: 'compact',
      address: {},
      framing: 'sse',
    }),
});
