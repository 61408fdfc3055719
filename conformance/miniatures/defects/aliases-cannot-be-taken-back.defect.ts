import { defineDefect, textOf } from '../defect.ts';
import { changesSettings } from '../management-changes.ts';

export default defineDefect({
  id: 'aliases-cannot-be-taken-back',
  about: 'An alias that was taken out of the configuration is served until a restart',
  seenIn: 'sheet R7 (e) 13: an empty mapping has to stay an empty mapping',
  front: (message, passOn) =>
    changesSettings(message) && textOf(message).includes('"aliases":[]')
      ? Promise.resolve({ status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from('{"status":"ok"}') })
      : passOn(message),
});
