import { without } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'bearer-must-stand-as-written',
  about: 'Authorization must be the word Bearer, one space and the key',
  seenIn: 'sheet R1 (e) 3: lower case and no scheme must work; (d): spaces are trimmed',
  front: (message, passOn) => {
    const { authorization = '' } = message.headers;
    return passOn(/^Bearer \S+$/.test(authorization) ? message : without(message, ['authorization']));
  },
});
