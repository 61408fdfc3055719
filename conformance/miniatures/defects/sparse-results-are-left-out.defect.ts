import { defineDefect, isRecord, mapTree, withJson } from '../defect.ts';

const isSparse = (item: unknown): boolean => {
  if (!isRecord(item)) return false;
  const response = isRecord(item['functionResponse']) ? item['functionResponse']['response'] : undefined;
  return (
    (item['role'] === 'tool' && item['content'] === '') ||
    (item['type'] === 'function_call_output' && item['output'] === '') ||
    (item['type'] === 'tool_result' && (item['content'] === '' || item['content'] === undefined)) ||
    (isRecord(response) && Object.values(response).every((output) => output === ''))
  );
};

export default defineDefect({
  id: 'sparse-results-are-left-out',
  about: 'A tool result without content is left out of the upstream request',
  seenIn: 'sheet R3 (d): block dropped instead of normalised',
  back: (message, passOn) =>
    passOn(withJson(message, (body) => mapTree(body, (value) => (Array.isArray(value) ? value.filter((item) => !isSparse(item)) : value)))),
});
