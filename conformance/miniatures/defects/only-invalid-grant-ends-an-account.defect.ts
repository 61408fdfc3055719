import { asksForTokens, jsonReply } from '../account-traffic.ts';
import { defineDefect, textOf } from '../defect.ts';

export default defineDefect({
  id: 'only-invalid-grant-ends-an-account',
  about: 'A refresh token that its vendor has refused in other words than invalid_grant is tried again for ever',
  seenIn: 'sheet R16 (b) 3, (d) L4: Kiro’s social endpoint names no code (caidaoli/kiro2api#4), OpenAI has codes of its own',
  back: async (message, passOn) => {
    const reply = await passOn(message);
    const isRefused = asksForTokens(message) && reply.status >= 400 && reply.status < 500;
    return isRefused && !textOf(reply).includes('invalid_grant') ? jsonReply(500, { error: 'server_error' }) : reply;
  },
});
