import { defineDefect, refuse, textOf } from '../defect.ts';

export default defineDefect({
  id: 'aliases-are-unknown',
  about: 'The list shows an alias that no request may use',
  seenIn: 'sheet R5 (e) 6: listed does not imply callable',
  front: async (message, passOn) =>
    /(house-|gemini-claude-)[a-z0-9-]+[":%(]/.test(`${message.path} ${textOf(message)}`)
      ? refuse(message, 404, 'no such model: an alias')
      : passOn(message),
});
