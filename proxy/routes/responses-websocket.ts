import { ProxyError } from '../errors.ts';
import { defineRoute } from './route.ts';

/**
 * Responses over WebSocket, as far as it is an ordinary request: `websocket/` takes the handshakes, and what comes here is none, or one
 * that is not taken. Clients go on with POST at once after 426; other statuses have them try again or give up (issue 3).
 */
export default defineRoute({
  id: 'responses-websocket',
  method: 'GET',
  url: '/v1/responses',
  open: false,
  handle: ({ config }, _request, reply) => {
    if (!config['responses-websocket'])
      throw new ProxyError('upgrade-required', 'WebSockets are switched off here; ask with POST /v1/responses.');
    void reply.headers({ connection: 'upgrade', upgrade: 'websocket' });
    throw new ProxyError('upgrade-required', 'GET /v1/responses takes a WebSocket handshake of version 13; else ask with POST.');
  },
});
