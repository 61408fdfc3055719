import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'answers-leak-the-upstreams-name',
  about: 'Answers name the upstream’s model although an alias was asked for',
  seenIn: 'sheet R7 (d): without force-mapping the client sees the upstream’s name',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    if (message.method !== 'POST' || reply.status !== 200) return reply;
    return withText(reply, textOf(reply).replace(/"(model|modelVersion)":\s*"[^"]+"/g, '"$1":"upstream-model"'));
  },
});
