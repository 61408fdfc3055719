import { editTopLevel, replaceTopLevel } from './json-text.ts';
import { scanMembers } from './scan.ts';
import type { MemberSpan } from './scan.ts';

type Tree = Readonly<Record<string, unknown>>;

/** Pieces of a larger body are cheaper sent one by one than copied together. */
const mostJoinedBytes = 65_536;

/** Values of more bytes are parsed when somebody asks for them. */
const mostEagerBytes = 256;

const joinedOf = (pieces: readonly Buffer[], byteLength: number): Buffer =>
  pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces, byteLength);

/** The bytes from `start` to `end`, as views of the pieces. */
const between = (pieces: readonly Buffer[], start: number, end: number): readonly Buffer[] => {
  const cut: Buffer[] = [];
  let before = 0;
  for (const piece of pieces) {
    const [from, to] = [Math.max(start - before, 0), Math.min(end - before, piece.length)];
    if (from < to) cut.push(from === 0 && to === piece.length ? piece : piece.subarray(from, to));
    before += piece.length;
    if (before >= end) break;
  }
  return cut;
};

const lengthOf = (pieces: readonly Buffer[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

const jsonOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const commaText = Buffer.from(',');

/**
 * JSON text of a request as the bytes that it arrived in, changed in few places at most. It becomes one text, and that a tree, only when
 * somebody asks for them, so that a request that goes on in its own dialect stays a row of buffers.
 */
export class JsonBody {
  readonly pieces: readonly Buffer[];
  readonly byteLength: number;
  readonly #members: readonly MemberSpan[] | undefined;
  #text: string | undefined;

  private constructor(pieces: readonly Buffer[], members: readonly MemberSpan[] | undefined, text?: string) {
    this.pieces = pieces;
    this.byteLength = lengthOf(pieces);
    this.#members = members;
    this.#text = text;
  }

  static of(pieces: readonly Buffer[]): JsonBody {
    return new JsonBody(pieces, scanMembers(pieces));
  }

  static ofText(text: string): JsonBody {
    return new JsonBody([Buffer.from(text)], undefined, text);
  }

  /** The same body to those who parsed it, because its members could not be found otherwise. */
  unscanned(): JsonBody {
    return new JsonBody(this.pieces, undefined, this.#text);
  }

  get text(): string {
    return (this.#text ??= this.bytes.toString('utf8'));
  }

  /** All in one buffer, which is a copy when there are several pieces. */
  get bytes(): Buffer {
    return joinedOf(this.pieces, this.byteLength);
  }

  /** What is handed to a socket. */
  get sent(): Buffer | readonly Buffer[] {
    return this.pieces.length === 1 || this.byteLength <= mostJoinedBytes ? this.bytes : this.pieces;
  }

  /**
   * The top-level object; a large member is parsed when it is first read. `undefined` when the members were not found by scanning, or
   * one of them stands twice, of which only parsing says which one counts.
   */
  tree(): Tree | undefined {
    if (this.#members === undefined) return undefined;
    const tree: Record<string, unknown> = {};
    for (const member of this.#members) {
      const name = this.#nameOf(member);
      if (name === '__proto__' || Object.hasOwn(tree, name)) return undefined;
      if (member.valueEnd - member.valueStart <= mostEagerBytes) tree[name] = this.#valueOf(member);
      else this.#defineLazy(tree, name, member);
    }
    return tree;
  }

  /** With the value of a top-level key exchanged wherever it stands; all else keeps its bytes. */
  replaced(key: string, value: string): JsonBody {
    if (this.#members === undefined) return JsonBody.ofText(replaceTopLevel(this.text, key, value));
    const [found, second] = this.#members.filter((member) => this.#nameOf(member) === key);
    if (second !== undefined) return this.unscanned().replaced(key, value);
    return found === undefined ? this : this.#spliced(found, jsonOf(value));
  }

  /** With top-level keys set, or taken out where the new value is `undefined`; new ones come last. The other members keep their bytes. */
  edited(edits: Tree): JsonBody {
    if (this.#members === undefined) return JsonBody.ofText(editTopLevel(this.text, edits));
    const values = new Map(Object.entries(edits));
    const kept = this.#members
      .filter((member) => !values.has(this.#nameOf(member)))
      .map(({ start, valueEnd }) => between(this.pieces, start, valueEnd));
    const set = [...values].flatMap(([key, value]) =>
      value === undefined ? [] : [[Buffer.from(`${JSON.stringify(key)}:${JSON.stringify(value)}`)]],
    );
    const listed = [...kept, ...set].flatMap((member, index) => (index === 0 ? member : [commaText, ...member]));
    return new JsonBody([Buffer.from('{'), ...listed, Buffer.from('}')], undefined);
  }

  #nameOf({ start, keyEnd }: MemberSpan): string {
    return this.#textBetween(start + 1, keyEnd - 1);
  }

  #valueOf({ valueStart, valueEnd }: MemberSpan): unknown {
    return JSON.parse(this.#textBetween(valueStart, valueEnd));
  }

  #textBetween(start: number, end: number): string {
    const [only] = this.pieces;
    if (this.pieces.length === 1 && only !== undefined) return only.toString('utf8', start, end);
    return Buffer.concat(between(this.pieces, start, end)).toString('utf8');
  }

  #defineLazy(tree: Record<string, unknown>, name: string, member: MemberSpan): void {
    let parsed: { readonly value: unknown } | undefined;
    Object.defineProperty(tree, name, {
      enumerable: true,
      configurable: true,
      get: () => (parsed ??= { value: this.#valueOf(member) }).value,
    });
  }

  #spliced({ valueStart, valueEnd }: MemberSpan, value: Buffer): JsonBody {
    const pieces = [...between(this.pieces, 0, valueStart), value, ...between(this.pieces, valueEnd, this.byteLength)];
    const by = value.length - (valueEnd - valueStart);
    const moved = (offset: number): number => (offset >= valueEnd ? offset + by : offset);
    const members = this.#members?.map(({ start, keyEnd, valueStart: from, valueEnd: to }) => ({
      start: moved(start),
      keyEnd: moved(keyEnd),
      valueStart: moved(from),
      valueEnd: moved(to),
    }));
    return new JsonBody(pieces, members);
  }
}

/** A body on its way to an upstream: text that somebody made, or what the client sent. */
export type WireBody = string | JsonBody;

export const textOf = (body: WireBody): string => (typeof body === 'string' ? body : body.text);

/** With top-level keys set, or taken out where the new value is `undefined`; the other members stay as they are written. */
export const editedBody = (body: WireBody, edits: Tree): WireBody =>
  typeof body === 'string' ? editTopLevel(body, edits) : body.edited(edits);

/** In bytes as sent. */
export const sizeOf = (body: WireBody): number => (typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength);
