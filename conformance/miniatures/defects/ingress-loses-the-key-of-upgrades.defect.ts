import { without } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'ingress-loses-the-key-of-upgrades',
  about: 'The headers with the key do not reach the proxy when a WebSocket is asked for',
  seenIn: 'sheet X4 (e) 11: another location block',
  upgrade: (handshake) => without(handshake, ['authorization', 'x-api-key', 'x-goog-api-key']),
});
