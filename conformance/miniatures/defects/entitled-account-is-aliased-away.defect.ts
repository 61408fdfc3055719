import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'entitled-account-is-aliased-away',
  about: 'An account that may use the model is given the fallback',
  seenIn: 'sheet R8 (e) 2 and (f)',
  front: (message, passOn) =>
    passOn({
      ...withText(message, textOf(message).replaceAll('pro/gpt-5.3-codex-spark', 'gpt-5.3-codex')),
      path: message.path.replace('pro/gpt-5.3-codex-spark', 'gpt-5.3-codex'),
    }),
});
