import { defineDefect, jsonOf, withJson } from '../defect.ts';

export default defineDefect({
  id: 'kept-changes-are-called-unkept',
  about: 'A change that is in the file is answered as if it were in memory only',
  seenIn: 'sheet row 15 (d): persisted false is meant for files that cannot be written',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    const isKept = jsonOf(reply.body)?.['persisted'] === true;
    return isKept
      ? withJson(reply, (body) => ({ ...body, persisted: false, reason: 'EROFS: the file system is mounted read-only' }))
      : reply;
  },
});
