import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'retry-after-is-lost',
  about: 'A refusal does not say when to come back',
  seenIn: 'router-for-me/CLIProxyAPI#5842, sheet S3: error headers are not copied',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    const headers = Object.fromEntries(Object.entries(reply.headers).filter(([name]) => !name.startsWith('retry-after')));
    return { ...reply, headers };
  },
});
