import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'signed-with-another-key',
  about: 'The HMAC key and the bearer token come from different credentials',
  seenIn: 'sheet R9 (e) 4: rotation between signing and sending',
  back: (message, passOn) =>
    passOn(
      message.headers['x-iflow-signature'] === undefined
        ? message
        : { ...message, headers: { ...message.headers, authorization: 'Bearer sk-rotated-meanwhile' } },
    ),
});
