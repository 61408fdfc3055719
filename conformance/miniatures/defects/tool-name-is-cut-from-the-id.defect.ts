import { defineDefect, isRecord, mapTree, withJson } from '../defect.ts';

export default defineDefect({
  id: 'tool-name-is-cut-from-the-id',
  about: 'A tool result is sent under a name cut from its id',
  seenIn: 'sheet R3 (d): name derived from the id instead of from the call',
  back: (message, passOn) =>
    passOn(
      withJson(message, (body) =>
        mapTree(body, (value) =>
          isRecord(value) && isRecord(value['response']) && 'name' in value
            ? { ...value, name: typeof value['id'] === 'string' ? value['id'] : 'toolu' }
            : value,
        ),
      ),
    ),
});
