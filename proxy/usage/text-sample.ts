/** As much of a text as is counted, in UTF-16 units: a hostile one takes 30 ms, in which nothing else happens. */
const mostSampled = 16_384;

/** A text of any length by its beginning and its length, in UTF-16 units; bounded, however long the text. */
export interface SampledText {
  readonly beginning: string;
  readonly length: number;
}

/** Collects a text that arrives in pieces. */
export class TextSample implements SampledText {
  #pieces: string[] = [];
  #kept = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get beginning(): string {
    return this.#pieces.join('');
  }

  add(piece: string): void {
    this.#length += piece.length;
    if (this.#kept >= mostSampled || piece === '') return;
    const kept = piece.slice(0, mostSampled - this.#kept);
    this.#pieces.push(kept);
    this.#kept += kept.length;
    // Thousands of one-letter pieces cost more than their text.
    if (this.#pieces.length > 512) this.#pieces = [this.#pieces.join('')];
  }
}

export const sampleOf = (texts: readonly string[]): SampledText => {
  const sample = new TextSample();
  for (const text of texts) sample.add(text);
  return sample;
};
