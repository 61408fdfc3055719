import { showing } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'every-parameter-may-be-the-key',
  about: 'The value of any query parameter is tried as a key',
  seenIn: 'sheet 1.1: key and auth_token are the two names',
  front: (message, passOn) => {
    const key = new URL(message.path, 'http://proxy.invalid').searchParams.get('api_token');
    return passOn(key === null ? message : showing(message, key));
  },
});
