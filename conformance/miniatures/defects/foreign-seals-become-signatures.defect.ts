import { defineDefect, isRecord, mapTree, textOf, withJson } from '../defect.ts';
import { isResponses, note, noteOf, passOn } from '../socket-turns.ts';

const sealIn = (text: string): string | undefined => /"encrypted_content":"([^"]+)"/.exec(text)?.[1];

/** The first turn of the model begins with the seal, in either vendor’s form. */
const signed = (value: unknown, seal: string): unknown => {
  if (!isRecord(value)) return value;
  const { role, content, parts } = value;
  if (role === 'assistant' && Array.isArray(content))
    return { ...value, content: [{ type: 'thinking', thinking: '', signature: seal }, ...(content as unknown[])] };
  if (role === 'model' && Array.isArray(parts))
    return { ...value, parts: [{ text: '', thought: true, thoughtSignature: seal }, ...(parts as unknown[])] };
  return value;
};

export default defineDefect({
  id: 'foreign-seals-become-signatures',
  about: 'Sealed reasoning of one vendor goes to another as the signature of a thought',
  seenIn: 'sheet row 18 (e) 3',
  front: (message, passOnTo, memory) => {
    if (isResponses(message)) note(memory, message.body, sealIn(textOf(message)));
    return passOnTo(message);
  },
  frames: (frame, _seen, memory) => {
    note(memory, frame.bytes, frame.from === 'caller' ? sealIn(frame.text) : noteOf(memory, frame.bytes));
    return passOn(frame);
  },
  back: (message, passOnTo, memory) => {
    const seal = noteOf(memory, message.body);
    return passOnTo(typeof seal === 'string' ? withJson(message, (body) => mapTree(body, (value) => signed(value, seal))) : message);
  },
});
