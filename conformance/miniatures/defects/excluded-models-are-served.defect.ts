import { defineDefect, textOf, withText } from '../defect.ts';

const served = (text: string): string => text.replace(/gpt-5\.1-codex-mini/g, 'gpt-5.3-codex');

export default defineDefect({
  id: 'excluded-models-are-served',
  about: 'An excluded model leaves the list and is answered all the same',
  seenIn: 'sheet R5 (e) 6: hidden is not unroutable',
  front: (message, passOn) => passOn({ ...withText(message, served(textOf(message))), path: served(message.path) }),
});
