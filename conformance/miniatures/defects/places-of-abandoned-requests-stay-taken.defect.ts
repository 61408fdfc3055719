import { defineDefect, refuse } from '../defect.ts';

const places = 3;

export default defineDefect({
  id: 'places-of-abandoned-requests-stay-taken',
  about: 'A request whose caller leaves, or whose vendor fails, keeps its place in the limit of requests at a time; soon there are none',
  seenIn: 'performance.md 3.3 row 6: litellm#15128, #27954: only a restart helps',
  front: async (message, passOn, memory) => {
    if (message.method !== 'POST') return passOn(message);
    const taken = (memory.get('taken') as number | undefined) ?? 0;
    if (taken >= places) return refuse(message, 503, 'Too many requests at a time.');
    const reply = await passOn(message);
    const failed = reply.status >= 500 || /"error":\{|"type":"(?:error|response\.failed)"/.test(reply.body.toString('utf8'));
    if (failed) memory.set('taken', ((memory.get('taken') as number | undefined) ?? 0) + 1);
    return reply;
  },
});
