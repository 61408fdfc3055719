import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'upgrades-with-a-query-are-not-found',
  about: 'An upgrade whose address has a query is answered with 404',
  seenIn: 'sheet X4 (a): ?key= at the upgrade',
  upgrade: (handshake) => (handshake.path.includes('?') ? refuse(handshake, 404, 'not found') : handshake),
});
