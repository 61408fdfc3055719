import { dialectNamed } from '../relay/context.ts';
import { defineRoute } from './route.ts';

/** OpenAI Chat Completions. */
export default defineRoute({
  id: 'chat-completions',
  method: 'POST',
  url: '/v1/chat/completions',
  open: false,
  handle: (context, request, reply) =>
    context.relay(request, reply, { dialect: dialectNamed(context, 'openai-chat'), operation: 'generate', address: {}, framing: 'sse' }),
});
