import { defineDefect, textOf, withText } from '../defect.ts';

const served = (text: string): string => text.replace(/\b(?:kimi-k2|house-kimi|minimax-m2)\b/g, 'qwen3-coder-plus');

export default defineDefect({
  id: 'dead-models-are-served-by-others',
  about: 'A model that the account lacks is answered by another one, and nobody notices that it is missing',
  seenIn: 'sheet R10 (e) 2: a 200 may come from elsewhere',
  front: (message, passOn) => passOn({ ...withText(message, served(textOf(message))), path: served(message.path) }),
});
