import { without } from '../client-key.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'only-the-first-key-counts',
  about: 'Of two keys in one request only the first is looked at',
  seenIn: 'sheet R1 (e) 2: a gateway in front adds its own Authorization',
  front: (message, passOn) =>
    passOn(
      message.headers['authorization'] === undefined ? message : without(message, ['x-api-key', 'x-goog-api-key', 'key', 'auth_token']),
    ),
});
