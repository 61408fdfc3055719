import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'bodies-over-five-megabytes-are-refused',
  about: 'A limit for bodies of 5 MB that no vendor has ends long sessions with 413',
  seenIn: 'cortex#860; claude-code#8092 and #10314',
  front: (message, passOn) =>
    message.body.length > 5_242_880 ? Promise.resolve(refuse(message, 413, 'request entity too large')) : passOn(message),
});
