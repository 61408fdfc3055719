import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'turned-away-without-a-word',
  about: 'Whoever comes while an account rests is told that nobody is available, and neither why nor for how long',
  seenIn: 'sheet R2 (c), (e) 1: the second request sees auth_unavailable only',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status === 503 ? refuse(message, 503, 'auth_unavailable: no auth available') : reply;
  },
});
