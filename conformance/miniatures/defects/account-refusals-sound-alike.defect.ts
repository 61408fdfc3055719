import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'account-refusals-sound-alike',
  about: 'Every 403 of a vendor becomes the same sentence',
  seenIn: 'sheet R2 (c): details and the address of a verification are lost; (d): classify by reason',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return reply.status === 403 ? refuse(message, 403, 'The provider refused the account.') : reply;
  },
});
