import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'limit-is-off-by-one',
  about: 'A body of exactly the limit is refused',
  seenIn: 'boundary class: less-than instead of at-most',
  front: async (message, passOn) =>
    message.body.length >= 270_000 && message.body.length <= 286_720 && !message.headers['content-encoding']
      ? refuse(message, 413, 'request body too large: 286720 bytes, limit 286719 bytes')
      : passOn(message),
});
