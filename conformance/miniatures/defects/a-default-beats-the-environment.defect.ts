import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'a-default-beats-the-environment',
  about: 'a variable of the container’s environment is ignored for a default of the image',
  seenIn: 'the page, row 4: incompatible env defaults',
  program: (start) => ({
    ...start,
    env: Object.fromEntries(
      Object.entries(start.env).map(([name, value]) => [name, name === 'WIREPROOF_CLIENT_KEY' ? 'wireproof-reference-client-key' : value]),
    ),
  }),
});
