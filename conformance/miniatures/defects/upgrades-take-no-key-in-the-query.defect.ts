import { without } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'upgrades-take-no-key-in-the-query',
  about: 'A key in the address does not open a WebSocket',
  seenIn: 'sheet X4 (a): the only way for browsers',
  upgrade: (handshake) => without(handshake, ['key', 'auth_token']),
});
