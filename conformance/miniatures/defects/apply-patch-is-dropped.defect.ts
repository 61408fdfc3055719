import { defineDefect, isRecord, withJson } from '../defect.ts';
import { editQuestion, isResponses } from '../socket-turns.ts';

const isLost = (tool: unknown): boolean => isRecord(tool) && tool['name'] === 'apply_patch';

const withoutThem = ({ tools, ...body }: Readonly<Record<string, unknown>>): unknown => ({
  ...body,
  ...(Array.isArray(tools) && { tools: tools.filter((tool) => !isLost(tool)) }),
});

export default defineDefect({
  id: 'apply-patch-is-dropped',
  about: 'The tool apply_patch alone does not reach the upstream',
  seenIn: 'sheet row 18 (b): since v7.2.19',
  front: (message, passOnTo) => passOnTo(isResponses(message) ? withJson(message, withoutThem) : message),
  frames: (frame) => editQuestion(frame, withoutThem),
});
