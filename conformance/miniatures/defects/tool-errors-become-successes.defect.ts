import { defineDefect, isRecord, mapTree, withJson } from '../defect.ts';

export default defineDefect({
  id: 'tool-errors-become-successes',
  about: 'A failed tool looks like one that succeeded with nothing',
  seenIn: 'sheet R3 (d): is_error ignored, nothing sent upstream',
  back: (message, passOn) =>
    passOn(
      withJson(message, (body) =>
        mapTree(body, (value) => {
          if (!isRecord(value)) return value;
          if ('is_error' in value) return { ...value, is_error: false };
          const response = value['response'];
          return isRecord(response) && 'error' in response ? { ...value, response: { result: response['error'] } } : value;
        }),
      ),
    ),
});
