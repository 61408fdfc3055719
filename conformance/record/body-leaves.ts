import { fieldLeaves, isForm, isMultipart, partLeaves } from './form-leaves.ts';
import { jsonLeaves, type Leaf, leavesUntilCut } from './json-leaves.ts';

/** What a body was told by. In `lines`, and in a list that is sent item by item, one value may go on in the next. */
export interface BodyLeaves {
  readonly leaves: readonly Leaf[];
  readonly shape: 'json' | 'lines' | 'form' | 'text';
}

interface ReadOptions {
  /** Of `content-type`. */
  readonly contentType?: string | undefined;
  /** Keys of objects are told, too. */
  readonly keys: boolean;
}

/** What readers skip: a byte order mark, and what keeps JSON from being run as a script. Bytes are letters. */
const lead = /^(?:\xEF\xBB\xBF)?(?:\)\]\}',?|for\(;;\);|while\(1\);)?\s*/;

/** An event's other fields. */
const otherField = /^(?:event|id|retry):/;
/** Sent to keep a connection open. Other comments are what somebody said. */
const keepsOpen = /^:\s*(?:ping|keep-?alive|heartbeat|OPENROUTER PROCESSING)?\s*$/i;
const startsValue = /^\s*[{["]/;
const startsMany = /^\s*[{[]/;

const textLeaf = (start: number, end: number, path = ''): Leaf => ({ path, key: '', start, end, type: 'text' });

/** What was cut, or is no JSON: whatever it says. */
const brokenLeaves = (text: string, start: number, end: number, keys: boolean): readonly Leaf[] =>
  startsMany.test(text.slice(start, end)) ? leavesUntilCut(text, start, end, keys) : [textLeaf(start, end)];

interface Line {
  /** Behind `data:`. */
  readonly start: number;
  readonly end: number;
  readonly isData: boolean;
  readonly value: string;
}

const linesOf = (text: string, from: number): readonly Line[] => {
  const lines: Line[] = [];
  const pattern = /[^\r\n]+/g;
  pattern.lastIndex = from;
  for (const { 0: line, index } of text.matchAll(pattern)) {
    const [prefix = ''] = /^(?:data: ?)?/.exec(line) ?? [];
    lines.push({ start: index + prefix.length, end: index + line.length, isData: prefix !== '', value: line.slice(prefix.length) });
  }
  return lines;
};

const nextData = /^(?:\r\n|\r|\n)data: ?$/;

/** How many lines from here on make up one event with it. */
const linesOfEvent = (text: string, lines: readonly Line[], at: number): number => {
  let count = 1;
  for (let [now, next] = [lines[at], lines[at + 1]]; now !== undefined && next?.isData === true;) {
    if (!nextData.test(text.slice(now.end, next.start))) break;
    count += 1;
    [now, next] = [next, lines[at + count]];
  }
  return count;
};

/** Of JSON over several lines of one event; undefined where it is none, or a value goes over the end of a line. */
const eventLeaves = (text: string, event: readonly Line[], keys: boolean): readonly Leaf[] | undefined => {
  const [start, end] = [event[0]?.start ?? 0, event.at(-1)?.end ?? 0];
  // As long as it was, so that all stays where it is.
  const joined = text.slice(start, end).replaceAll(/[\r\n]+data:/g, (between) => ' '.repeat(between.length));
  const leaves = leavesUntilCut(joined, 0, joined.length, keys);
  const places = leaves.map((leaf) => ({ ...leaf, start: leaf.start + start, end: leaf.end + start }));
  return places.some((leaf) => /[\r\n]/.test(text.slice(leaf.start, leaf.end))) ? undefined : places;
};

const lineLeavesAlone = (text: string, { start, end, value }: Line, keys: boolean): readonly Leaf[] =>
  (startsValue.test(value) ? jsonLeaves(text, start, end, keys) : undefined) ?? brokenLeaves(text, start, end, keys);

/** Of lines of JSON, or of an event stream. */
const lineLeaves = (text: string, from: number, keys: boolean): readonly Leaf[] | undefined => {
  const leaves: Leaf[] = [];
  const add = (more: readonly Leaf[]): void => {
    for (const leaf of more) leaves.push(leaf);
  };
  let known = false;
  const lines = linesOf(text, from);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    if (line === undefined) break;
    const { start, end, isData, value } = line;
    if (isData) known = true;
    else if (otherField.test(value) || keepsOpen.test(value)) continue;
    if (value === '' || value === '[DONE]') continue;
    const json = startsValue.test(value) ? jsonLeaves(text, start, end, keys) : undefined;
    if (json !== undefined) {
      known = true;
      add(json);
      continue;
    }
    const count = isData && startsMany.test(value) ? linesOfEvent(text, lines, at) : 1;
    const event = lines.slice(at, at + count);
    const joined = count > 1 ? eventLeaves(text, event, keys) : undefined;
    // Each of its lines is read once more at most: many of them may begin like JSON.
    at += count - 1;
    if (joined !== undefined) add(joined);
    else if (!isData && value.startsWith(':')) add([textLeaf(start, end, 'comment')]);
    else for (const one of event) add(lineLeavesAlone(text, one, keys));
  }
  return known ? leaves : undefined;
};

/** Pretty, and cut or followed by something else. */
const isCutJson = (text: string, from: number, keys: boolean): boolean => {
  if (!startsMany.test(text.slice(from, from + 1)) || /^data:/m.test(text)) return false;
  const end = text.slice(from).search(/[\r\n]/);
  return end < 0 || jsonLeaves(text, from, from + end, keys) === undefined;
};

/** Of a body that is JSON, or lines of it, or an event stream, or a form. Throws {@link Refusal} where a form says more than can be read. */
export const leavesOfBody = (text: string, { contentType, keys }: ReadOptions): BodyLeaves => {
  const [{ length: from }] = lead.exec(text) ?? [''];
  const json = jsonLeaves(text, from, text.length, keys);
  if (json !== undefined) return { leaves: json, shape: 'json' };
  if (isMultipart(contentType)) return { leaves: partLeaves(text, contentType, keys), shape: 'form' };
  if (isCutJson(text, from, keys)) return { leaves: leavesUntilCut(text, from, text.length, keys), shape: 'json' };
  const lines = /^(?:data:|[{["])/m.test(text.slice(from)) ? lineLeaves(text, from, keys) : undefined;
  if (lines !== undefined) return { leaves: lines, shape: 'lines' };
  return isForm(text, contentType) ? { leaves: fieldLeaves(text), shape: 'form' } : { leaves: [], shape: 'text' };
};
