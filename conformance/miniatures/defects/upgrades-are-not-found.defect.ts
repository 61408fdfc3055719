import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'upgrades-are-not-found',
  about: 'An upgrade is answered with 404',
  seenIn: 'codex 19821; toolchain: seven tries and twelve seconds',
  upgrade: (handshake) => refuse(handshake, 404, 'not found'),
});
