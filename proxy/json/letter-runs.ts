/**
 * Letters of JSON texts in bulk: what is neither a quote, a backslash nor a control character stands for itself. Nearly all bytes of a
 * large body are such letters, so this is what finding the members of one costs.
 */

const quote = 0x22;
const backslash = 0x5c;

/** 1 for every byte that stands for itself. */
const isLetter = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x20 && byte !== quote && byte !== backslash ? 1 : 0));

/** Shorter runs are not worth the views that the faster ways need. */
const shortRunBytes = 48;
/** Beyond, looking ahead for the end of the run pays. */
const mediumRunBytes = 512;

/** Whether one of the four bytes is less than 0x20; where others differ, in their sum with it, does not matter. */
const holdsControl = (word: number): number => (word - 0x20202020) & ~word;

/** Not 0 when one of the four bytes is no letter. */
const holdsOther = (word: number): number => {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  return (holdsControl(word) | ((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes)) & 0x80808080;
};

const noWords = new Int32Array(0);

/** The runs of letters in one piece of a body, to be asked for from front to back. */
export class LetterRuns {
  readonly #piece: Buffer;
  #words: Int32Array = noWords;
  /** Bytes before the first word. */
  #lead = 0;
  #quoteAt = -1;
  #backslashAt = -1;

  constructor(piece: Buffer) {
    this.#piece = piece;
  }

  /** Index of the first byte from here on that is no letter; the length of the piece when all are. */
  end(from: number): number {
    const near = this.#byByte(from, Math.min(from + shortRunBytes, this.#piece.length));
    if (near < from + shortRunBytes) return near;
    if (this.#words === noWords) this.#view();
    const medium = this.#byWord(near, near + mediumRunBytes);
    return medium < near + mediumRunBytes ? medium : this.#byLookingAhead(medium);
  }

  /** Words begin where the memory below is aligned. */
  #view(): void {
    const { buffer, byteOffset, length } = this.#piece;
    this.#lead = -byteOffset & 3;
    this.#words = new Int32Array(buffer, byteOffset + this.#lead, (length - this.#lead) >> 2);
  }

  #byByte(from: number, to: number): number {
    const piece = this.#piece;
    let at = from;
    while (at < to && isLetter[piece[at] as number] === 1) at += 1;
    return at;
  }

  /** At least to `to`, when there are letters so far. */
  #byWord(from: number, to: number): number {
    const words = this.#words;
    const first = (from - this.#lead + 3) >> 2;
    const start = this.#lead + first * 4;
    const lead = this.#byByte(from, Math.min(start, this.#piece.length));
    if (lead < start) return lead;
    const end = Math.min(words.length, (to - this.#lead + 3) >> 2);
    let index = first;
    while (index < end && holdsOther(words[index] as number) === 0) index += 1;
    const at = this.#lead + index * 4;
    return at >= to ? at : this.#byByte(at, Math.min(at + 4, this.#piece.length));
  }

  /** The next quote and backslash are found by the system's own search; between, only control characters are looked for. */
  #byLookingAhead(from: number): number {
    if (this.#quoteAt < from) this.#quoteAt = this.#next(quote, from);
    if (this.#backslashAt < from) this.#backslashAt = this.#next(backslash, from);
    const end = Math.min(this.#quoteAt, this.#backslashAt);
    const first = (from - this.#lead + 3) >> 2;
    const last = Math.max(first, (end - this.#lead) >> 2);
    if (!this.#isFreeOfControls(first, last)) return this.#byByte(from, end);
    const lead = Math.min(this.#lead + first * 4, end);
    const begun = this.#byByte(from, lead);
    return begun < lead ? begun : this.#byByte(Math.min(this.#lead + last * 4, end), end);
  }

  #next(byte: number, from: number): number {
    const at = this.#piece.indexOf(byte, from);
    return at === -1 ? this.#piece.length : at;
  }

  #isFreeOfControls(first: number, last: number): boolean {
    const words = this.#words;
    let seen = 0;
    let index = first;
    for (; index + 3 < last; index += 4) {
      seen |= holdsControl(words[index] as number) | holdsControl(words[index + 1] as number);
      seen |= holdsControl(words[index + 2] as number) | holdsControl(words[index + 3] as number);
    }
    for (; index < last; index += 1) seen |= holdsControl(words[index] as number);
    return (seen & 0x80808080) === 0;
  }
}
