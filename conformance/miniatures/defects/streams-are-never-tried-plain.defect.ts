import { defineDefect, textOf } from '../defect.ts';

export default defineDefect({
  id: 'streams-are-never-tried-plain',
  about: 'A refused stream is reported without the plain retry',
  seenIn: 'page, row 9: retry once with non-stream mode',
  back: async (message, passOn) =>
    message.path.startsWith('/iflow') && textOf(message).includes('[streams are refused]') && !/"stream":\s*true/.test(textOf(message))
      ? { status: 406, headers: {}, body: Buffer.alloc(0) }
      : passOn(message),
});
