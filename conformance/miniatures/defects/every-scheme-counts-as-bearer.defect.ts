import { showing } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'every-scheme-counts-as-bearer',
  about: 'What follows any scheme is taken for the key',
  seenIn: 'sheet R1 (e) 3: Authorization: Basic must fail',
  front: (message, passOn) => {
    const key = /^Basic (.+)$/.exec(message.headers['authorization'] ?? '')?.[1];
    return passOn(key === undefined ? message : showing(message, key));
  },
});
