import { defineDefect, refuse } from '../defect.ts';

export default defineDefect({
  id: 'a-limiter-of-its-own-refuses-everybody',
  about: 'A limiter in front of the proxy counts all callers as one and refuses whatever they ask for, the list too',
  seenIn: 'sheet X3 (f): an ingress that limits looks like the vendor',
  front: (message, passOn) =>
    message.path.startsWith('/v0/') ? passOn(message) : Promise.resolve(refuse(message, 429, 'Too many requests')),
});
