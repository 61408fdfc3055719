import { defineDefect, isRecord, mapTree, withJson } from '../defect.ts';

/** Thinking of earlier turns in its three forms; a signed call of Gemini keeps all but its seal. */
const isThinking = (value: unknown): boolean =>
  isRecord(value) && (value['type'] === 'thinking' || (value['type'] === 'reasoning' && 'encrypted_content' in value));

const forgotten = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.filter((item) => !isThinking(item));
  if (!isRecord(value) || !('thoughtSignature' in value)) return value;
  const { thoughtSignature: _seal, ...rest } = value;
  return rest;
};

export default defineDefect({
  id: 'seals-are-dropped-from-history',
  about: 'Sealed thinking of earlier turns is left out of requests, although callers hand it back',
  seenIn: 'performance.md 3.3 row 9: new-api#7137; Gemini 3 then refuses the turn for a missing thought_signature',
  back: (message, passOn) => passOn(withJson(message, (body) => mapTree(body, forgotten))),
});
