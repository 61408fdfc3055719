import { defineDefect, isRecord, withJson } from '../defect.ts';

const withoutOthers = (message: unknown): unknown =>
  isRecord(message) && message['role'] === 'system' && Array.isArray(message['content'])
    ? { ...message, content: message['content'].slice(0, 1) }
    : message;

export default defineDefect({
  id: 'only-the-first-instruction-is-kept',
  about: 'Of instructions that are joined into one message only the first arrive',
  seenIn: 'sheet P19: several system messages are merged into one',
  back: (message, passOn) =>
    passOn(
      withJson(message, (body) => ({ ...body, ...(Array.isArray(body['messages']) && { messages: body['messages'].map(withoutOthers) }) })),
    ),
});
