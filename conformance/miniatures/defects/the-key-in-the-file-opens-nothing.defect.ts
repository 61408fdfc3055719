import { defineDefect } from '../defect.ts';
import { filesUnder } from '../files-under.ts';

export default defineDefect({
  id: 'the-key-in-the-file-opens-nothing',
  about: 'After a start from the file the management key of the file is refused, hashed or plain',
  seenIn: 'sheet X2 (c): “invalid management key” after the start has touched secret-key',
  front: (message, passOn, memory) =>
    filesUnder(memory) !== undefined && message.path.startsWith('/v0/management/')
      ? Promise.resolve({
          status: 401,
          headers: { 'content-type': 'application/json' },
          body: Buffer.from(JSON.stringify({ error: 'invalid management key' })),
        })
      : passOn(message),
});
