import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'waits-until-a-date-are-not-read',
  about: 'Retry-After is read as a number only; a date is no wait at all',
  seenIn: 'sheet X3 (e) 10: Retry-After may be an HTTP date',
  back: async (message, passOn) => {
    const reply = await passOn(message);
    const { 'retry-after': value, ...others } = reply.headers;
    return value === undefined || /^-?\d+$/.test(value) ? reply : { ...reply, headers: others };
  },
});
