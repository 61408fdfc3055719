import { defineDefect, textOf, withText, type Message } from '../defect.ts';

const unknown = /wireproof-unknown-wpt_[a-z0-9]{16}/;
const served = 'gpt-5.3-codex';

const withServedName = (message: Message): Message => {
  const name = unknown.exec(`${message.path} ${textOf(message)}`)?.[0];
  if (name === undefined) return message;
  return { ...withText(message, textOf(message).replace(`"${name}"`, `"${served}"`)), path: message.path.replace(name, served) };
};

export default defineDefect({
  id: 'unknown-models-are-asked-upstream',
  about: 'A name that no credential offers is sent to whatever upstream comes first',
  seenIn: 'sheet R5 (b) 1: an unknown id must not cost an upstream call',
  front: (message, passOn) => passOn(withServedName(message)),
});
