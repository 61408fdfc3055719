import { showing, shownKeys } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'the-management-key-opens-models',
  about: 'Who has the management key can use the models with it, unseen by any client’s budget',
  seenIn: 'sheet X2 (e) 6: two key spaces',
  front: (message, passOn) => {
    const isManagement = shownKeys(message).includes('wireproof-management-key-of-the-suite');
    return passOn(isManagement && message.path.startsWith('/v1') ? showing(message) : message);
  },
});
