import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'compaction-is-sent-to-any-upstream',
  about: 'Compaction of a model whose upstream has none is sent all the same',
  seenIn: 'sheet row 20 (c): models of other vendors',
  front: async (message, passOn) =>
    message.path.endsWith('/compact') && textOf(message).includes('claude-')
      ? passOn(withText(message, textOf(message).replaceAll(/claude-[a-z0-9-]+/g, 'gpt-5.4')))
      : passOn(message),
});
