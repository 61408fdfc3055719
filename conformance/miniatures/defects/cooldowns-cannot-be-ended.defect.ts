import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'cooldowns-cannot-be-ended',
  about: 'An account that is in order again stays out of service until its cooldown is over',
  seenIn: 'sheet 1.3: un-hiding needs a success, a reload or a reset, and the builds of the page have no reset',
  front: (message, passOn) =>
    message.method === 'DELETE' ? Promise.resolve(refuse(message, 404, 'There is nothing here.')) : passOn(message),
});
