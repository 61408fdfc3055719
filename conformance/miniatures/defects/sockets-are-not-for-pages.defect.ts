import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'sockets-are-not-for-pages',
  about: 'A WebSocket with an Origin is refused, whatever its key',
  seenIn: 'sheet X4 (e) 2',
  upgrade: (handshake) => (handshake.headers['origin'] === undefined ? handshake : refuse(handshake, 403, 'wrong origin')),
});
