import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'aliases-reach-the-upstream',
  about: 'The upstream is asked for the name that the client used, suffix and prefix included',
  seenIn: 'sheet R7 (d): before and after payload',
  front: (message, passOn, memory) => {
    const asked = /(?:"model":"|\/models\/)([^":]+)/.exec(`${message.path} ${textOf(message)}`)?.[1];
    const token = /wpt_[a-z0-9]{16}/.exec(textOf(message))?.[0];
    if (asked !== undefined && token !== undefined) memory.set(token, decodeURIComponent(asked));
    return passOn(message);
  },
  back: (message, passOn, memory) => {
    const text = textOf(message);
    const asked = memory.get(/wpt_[a-z0-9]{16}/.exec(text)?.[0] ?? '');
    return passOn(
      typeof asked === 'string'
        ? withText(
            message,
            text.replace(/"model":"[^"]+"/, () => `"model":"${asked}"`),
          )
        : message,
    );
  },
});
