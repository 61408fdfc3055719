import { defineDefect, isRecord, withJson } from '../defect.ts';
import { editQuestion, isResponses } from '../socket-turns.ts';

const isLost = (tool: unknown): boolean => isRecord(tool) && tool['type'] === 'custom';

const withoutThem = ({ tools, ...body }: Readonly<Record<string, unknown>>): unknown => ({
  ...body,
  ...(Array.isArray(tools) && { tools: tools.filter((tool) => !isLost(tool)) }),
});

export default defineDefect({
  id: 'free-text-tools-are-dropped',
  about: 'Tools that take free text do not reach the upstream',
  seenIn: 'sheet row 18 (b): custom tools before v7',
  front: (message, passOnTo) => passOnTo(isResponses(message) ? withJson(message, withoutThem) : message),
  frames: (frame) => editQuestion(frame, withoutThem),
});
