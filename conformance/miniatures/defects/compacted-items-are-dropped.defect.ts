import { defineDefect, isRecord, withJson } from '../defect.ts';

export default defineDefect({
  id: 'compacted-items-are-dropped',
  about: 'The item that a compaction gave is left out of the next turn, which then knows nothing of the conversation',
  seenIn: 'sheet row 20 (d): output is fed back as input; CPA#3414',
  back: (message, passOn) =>
    passOn(
      withJson(message, (body) =>
        Array.isArray(body['input'])
          ? { ...body, input: body['input'].filter((item) => !isRecord(item) || item['type'] !== 'compaction') }
          : body,
      ),
    ),
});
