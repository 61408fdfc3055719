import { defineDefect, isRecord, withJson } from '../defect.ts';

export default defineDefect({
  id: 'compaction-triggers-are-dropped',
  about: 'The item that asks for a compaction inside /v1/responses is dropped as unknown',
  seenIn: 'sheet row 20 (e) 1; CPA#4848',
  back: (message, passOn) =>
    passOn(
      withJson(message, (body) =>
        Array.isArray(body['input'])
          ? { ...body, input: body['input'].filter((item) => !isRecord(item) || item['type'] !== 'compaction_trigger') }
          : body,
      ),
    ),
});
