import { defineDefect, isRecord, mapTree, withJson } from '../defect.ts';

const withoutReferences = (value: unknown): unknown =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([, inner]) => !(isRecord(inner) && '$ref' in inner))) : value;

export default defineDefect({
  id: 'references-in-schemas-are-cut-out',
  about: 'A parameter of a tool whose schema is a $ref is missing from the tool that the vendor gets',
  seenIn: 'new-api#7137: schemas rewritten for Gemini lose parameters',
  back: (message, passOn) => passOn(withJson(message, (body) => mapTree(body, withoutReferences))),
});
