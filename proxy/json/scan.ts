import { LetterRuns } from './letter-runs.ts';

/**
 * Finds the members of a JSON object in its bytes without making anything of them, so that a body of a quarter of a megabyte can be
 * routed by its model and passed on as it came. Exact or silent: it checks every byte as `JSON.parse` would, and where the two could
 * differ in what they see it says nothing, and the caller parses.
 */

/** Where a member of the top-level object is, as offsets in bytes from the beginning of the body. */
export interface MemberSpan {
  /** Of the opening quote of the key. */
  readonly start: number;
  /** Behind the closing quote of the key. */
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

const deepest = 256;
const mostMembers = 256;

/* What may come next. */
const value = 0;
const valueOrEnd = 1;
const keyOrEnd = 2;
const key = 3;
const colon = 4;
const commaOrEnd = 5;
const inText = 6;
const inEscape = 7;
const inHex = 8;
const inWord = 9;
const afterMinus = 10;
const afterZero = 11;
const inInteger = 12;
const afterPoint = 13;
const inFraction = 14;
const afterE = 15;
const afterSign = 16;
const inExponent = 17;
const over = 18;

const object = 1;
const array = 2;

const quote = 0x22;
const backslash = 0x5c;
const braceOpen = 0x7b;
const braceClose = 0x7d;
const bracketOpen = 0x5b;
const bracketClose = 0x5d;
const comma = 0x2c;
const colonSign = 0x3a;
const minus = 0x2d;
const plus = 0x2b;
const point = 0x2e;
const zero = 0x30;
const nine = 0x39;

const words: Readonly<Record<number, Buffer>> = { 0x74: Buffer.from('true'), 0x66: Buffer.from('false'), 0x6e: Buffer.from('null') };

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isDigit = (byte: number): boolean => byte >= zero && byte <= nine;
const isHex = (byte: number): boolean => isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
/** `"`, `\`, `/`, and b f n r t. */
const isEscapable = (byte: number): boolean =>
  byte === quote ||
  byte === backslash ||
  byte === 0x2f ||
  byte === 0x62 ||
  byte === 0x66 ||
  byte === 0x6e ||
  byte === 0x72 ||
  byte === 0x74;
const isE = (byte: number): boolean => byte === 0x65 || byte === 0x45;

/** Which containers are open, for the one scan that runs at a time: nothing waits in the midst of one. */
const containers = new Uint8Array(deepest + 1);

const noWord = Buffer.alloc(0);

/** Reads one body, piece by piece; where the pieces were cut means nothing. */
class Scanner {
  readonly members: MemberSpan[] = [];
  #state = value;
  #depth = 0;
  /** Bytes before the piece at hand. */
  #before = 0;
  #isKey = false;
  #hexLeft = 0;
  #word: Buffer = noWord;
  #wordAt = 0;
  #start = 0;
  #keyEnd = 0;
  #valueStart = 0;

  /** Whether the body so far can be the beginning of a valid one. */
  push(piece: Buffer): boolean {
    const { length } = piece;
    const runs = new LetterRuns(piece);
    let at = 0;
    while (at < length) {
      if (this.#state === inText) {
        at = this.#passText(piece, runs, at);
        if (at === length) break;
      }
      const next = this.#step(piece[at] ?? 0, this.#before + at);
      if (next < 0) return false;
      at += next;
    }
    this.#before += length;
    return true;
  }

  /** Whether it was a whole object. */
  get isWhole(): boolean {
    return this.#state === over;
  }

  /** Index of the next byte of a text that is more than a letter of it, or than a simple escape of one. */
  #passText(piece: Buffer, runs: LetterRuns, from: number): number {
    const { length } = piece;
    const isNamed = this.#isKey && this.#depth === 1;
    let at = from;
    for (;;) {
      at = runs.end(at);
      if (isNamed || at + 1 >= length || piece[at] !== backslash || !isEscapable(piece[at + 1] as number)) return at;
      at += 2;
    }
  }

  /** Takes one byte: 1 when it is taken, 0 when it has only ended a number and is still to be looked at, -1 when it cannot be. */
  #step(byte: number, at: number): number {
    switch (this.#state) {
      case inText:
        return this.#inText(byte, at);
      case inEscape:
        return this.#inEscape(byte);
      case inHex:
        if (!isHex(byte)) return -1;
        this.#hexLeft -= 1;
        if (this.#hexLeft === 0) this.#state = inText;
        return 1;
      case inWord:
        return this.#inWord(byte, at);
      case value:
        return isSpace(byte) ? 1 : this.#beginValue(byte, at);
      case valueOrEnd:
        if (isSpace(byte)) return 1;
        return byte === bracketClose ? this.#close(array, at) : this.#beginValue(byte, at);
      case keyOrEnd:
        if (isSpace(byte)) return 1;
        return byte === braceClose ? this.#close(object, at) : this.#beginKey(byte, at);
      case key:
        return isSpace(byte) ? 1 : this.#beginKey(byte, at);
      case colon:
        if (isSpace(byte)) return 1;
        if (byte !== colonSign) return -1;
        this.#state = value;
        return 1;
      case commaOrEnd:
        return this.#afterValue(byte, at);
      case over:
        return isSpace(byte) ? 1 : -1;
      default:
        return this.#inNumber(byte, at);
    }
  }

  #inText(byte: number, at: number): number {
    if (byte === backslash) {
      // A key that is spelled with escapes has a name that only parsing tells.
      if (this.#isKey && this.#depth === 1) return -1;
      this.#state = inEscape;
      return 1;
    }
    if (byte !== quote) return -1;
    if (!this.#isKey) return this.#endValue(at + 1);
    this.#state = colon;
    if (this.#depth === 1) this.#keyEnd = at + 1;
    return 1;
  }

  #inEscape(byte: number): number {
    if (byte === 0x75) {
      this.#hexLeft = 4;
      this.#state = inHex;
      return 1;
    }
    this.#state = inText;
    return isEscapable(byte) ? 1 : -1;
  }

  #inWord(byte: number, at: number): number {
    if (byte !== this.#word[this.#wordAt]) return -1;
    this.#wordAt += 1;
    return this.#wordAt === this.#word.length ? this.#endValue(at + 1) : 1;
  }

  #beginKey(byte: number, at: number): number {
    if (byte !== quote) return -1;
    if (this.#depth === 1) this.#start = at;
    this.#isKey = true;
    this.#state = inText;
    return 1;
  }

  #beginValue(byte: number, at: number): number {
    if (this.#depth === 1) this.#valueStart = at;
    if (byte === quote) {
      this.#isKey = false;
      this.#state = inText;
      return this.#depth === 0 ? -1 : 1;
    }
    if (byte === braceOpen) return this.#open(object, keyOrEnd);
    // What is no object at its top has no members.
    if (this.#depth === 0) return -1;
    if (byte === bracketOpen) return this.#open(array, valueOrEnd);
    if (byte === minus || isDigit(byte)) {
      this.#state = byte === minus ? afterMinus : byte === zero ? afterZero : inInteger;
      return 1;
    }
    const word = words[byte];
    if (word === undefined) return -1;
    this.#word = word;
    this.#wordAt = 1;
    this.#state = inWord;
    return 1;
  }

  #open(container: number, state: number): number {
    if (this.#depth === deepest) return -1;
    this.#depth += 1;
    containers[this.#depth] = container;
    this.#state = state;
    return 1;
  }

  #close(container: number, at: number): number {
    if (containers[this.#depth] !== container) return -1;
    this.#depth -= 1;
    if (this.#depth > 0) return this.#endValue(at + 1);
    this.#state = over;
    return 1;
  }

  #endValue(end: number): number {
    this.#state = commaOrEnd;
    if (this.#depth !== 1) return 1;
    if (this.members.length === mostMembers) return -1;
    this.members.push({ start: this.#start, keyEnd: this.#keyEnd, valueStart: this.#valueStart, valueEnd: end });
    return 1;
  }

  #afterValue(byte: number, at: number): number {
    if (isSpace(byte)) return 1;
    if (byte === braceClose) return this.#close(object, at);
    if (byte === bracketClose) return this.#close(array, at);
    if (byte !== comma) return -1;
    this.#state = containers[this.#depth] === object ? key : value;
    return 1;
  }

  /** A number ends with the first byte that cannot be of it, which is then looked at again. */
  #inNumber(byte: number, at: number): number {
    const next = this.#numberState(byte);
    if (next === -1) return -1;
    if (next === commaOrEnd) return this.#endValue(at) === -1 ? -1 : 0;
    this.#state = next;
    return 1;
  }

  #numberState(byte: number): number {
    switch (this.#state) {
      case afterMinus:
        return byte === zero ? afterZero : isDigit(byte) ? inInteger : -1;
      case afterZero:
        return byte === point ? afterPoint : isE(byte) ? afterE : commaOrEnd;
      case inInteger:
        return isDigit(byte) ? inInteger : byte === point ? afterPoint : isE(byte) ? afterE : commaOrEnd;
      case afterPoint:
        return isDigit(byte) ? inFraction : -1;
      case inFraction:
        return isDigit(byte) ? inFraction : isE(byte) ? afterE : commaOrEnd;
      case afterE:
        return isDigit(byte) ? inExponent : byte === plus || byte === minus ? afterSign : -1;
      case afterSign:
        return isDigit(byte) ? inExponent : -1;
      default:
        return isDigit(byte) ? inExponent : commaOrEnd;
    }
  }
}

/** The members of a JSON object in their order, or `undefined` when only parsing can tell what the bytes are. */
export const scanMembers = (pieces: readonly Buffer[]): readonly MemberSpan[] | undefined => {
  const scanner = new Scanner();
  for (const piece of pieces) if (!scanner.push(piece)) return undefined;
  return scanner.isWhole ? scanner.members : undefined;
};
