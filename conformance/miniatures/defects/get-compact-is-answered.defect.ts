import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'get-compact-is-answered',
  about: 'GET on the compaction route is answered',
  seenIn: 'sheet row 20 (c): only POST is routed',
  front: async (message, passOn) =>
    message.method === 'GET' && message.path.endsWith('/compact')
      ? { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from('{"object":"list","data":[]}') }
      : passOn(message),
});
