import { showing } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'upgrades-need-no-key',
  about: 'A WebSocket opens without a key, or with a wrong one',
  seenIn: 'sheet X4 (f) 1: 101 without a key',
  upgrade: (handshake) => showing(handshake),
});
