import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'answers-are-empty',
  about: 'The answer has the right form and no text',
  seenIn: 'sheet R4 (d): an aggregated stream that yields 200 with empty content',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return withText(
      reply,
      textOf(reply)
        .replaceAll('Wireproof says ok.', ' ')
        .replaceAll(/Wireproof|says|ok\./g, ''),
    );
  },
});
