import { defineDefect } from '../defect.ts';

/** Beyond nine digits, below zero, words and dates that are past. */
const meansNothing = (value: string): boolean =>
  /^\d+$/.test(value) ? value === '0' || value.length > 9 : !(Date.parse(value) > Date.now());

export default defineDefect({
  id: 'waits-that-mean-nothing-are-believed',
  about: 'A Retry-After that makes no sense takes the account out of service for hours',
  seenIn: 'router-for-me/CLIProxyAPI#5277, #5758: unbounded hints',
  back: async (message, passOn) => {
    const reply = await passOn(message);
    const value = reply.headers['retry-after'];
    return value !== undefined && meansNothing(value) ? { ...reply, headers: { ...reply.headers, 'retry-after': '7200' } } : reply;
  },
});
