import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'handshakes-need-a-model',
  about: 'A WebSocket opens only when its address names a model',
  seenIn: 'litellm 22051',
  upgrade: (handshake) => (/[?&]model=/.test(handshake.path) ? handshake : refuse(handshake, 400, 'the parameter model is missing')),
});
