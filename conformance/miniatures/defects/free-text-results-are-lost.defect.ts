import { defineDefect, isRecord, withJson } from '../defect.ts';
import { editQuestion, isResponses } from '../socket-turns.ts';

const emptied = (item: unknown): unknown => (isRecord(item) && item['type'] === 'custom_tool_call_output' ? { ...item, output: '' } : item);

const withoutResults = ({ input, ...body }: Readonly<Record<string, unknown>>): unknown => ({
  ...body,
  input: Array.isArray(input) ? input.map(emptied) : input,
});

export default defineDefect({
  id: 'free-text-results-are-lost',
  about: 'What a free-text tool gave back does not reach the upstream',
  seenIn: 'sheet row 18 (e) 4',
  front: (message, passOnTo) => passOnTo(isResponses(message) ? withJson(message, withoutResults) : message),
  frames: (frame) => editQuestion(frame, withoutResults),
});
