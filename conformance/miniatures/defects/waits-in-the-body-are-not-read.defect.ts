import { defineDefect, withText, textOf } from '../defect.ts';

export default defineDefect({
  id: 'waits-in-the-body-are-not-read',
  about: 'Only Retry-After is read: RetryInfo, resets_in_seconds, the vendor’s reset headers and its sentences are not',
  seenIn: 'sheet X3 (b): Gemini’s RetryInfo and OpenAI’s headers are ignored by the builds',
  back: async (message, passOn) => {
    const reply = await passOn(message);
    if (reply.status !== 429) return reply;
    const headers = Object.fromEntries(Object.entries(reply.headers).filter(([name]) => !name.endsWith('-reset')));
    const text = textOf(reply)
      .replaceAll(/"retryDelay":"[^"]*"|"resets_in_seconds":\d+/g, '"unread":0')
      .replace(/ Please try again in [^"]*/, '');
    return withText({ ...reply, headers }, text);
  },
});
