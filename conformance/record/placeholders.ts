import type { SensitiveKind } from '#fixtures/recordings/sensitive';

const longestNumber = 15;

/** How long a value is for which there is no placeholder. */
export const lettersText = (count: number): string => (count === 1 ? 'one letter' : `${count} letters`);

/**
 * Names for values that must not be written: the same value has the same one in all of a set of recordings, so that what referred to it
 * still does. A placeholder has as many bytes as its value: no length, no chunk and no boundary moves.
 */
export class Placeholders {
  readonly #byValue = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #counts = new Map<SensitiveKind, number>();

  /**
   * @param value one byte a letter (latin1)
   * @returns nothing where all placeholders of so few letters are taken
   */
  of(kind: SensitiveKind, value: string, type: 'string' | 'number' = 'string'): string | undefined {
    // What was said refers to nothing.
    if (kind === 'content') return (type === 'number' ? '1' : 'x').repeat(value.length);
    const known = this.#byValue.get(`${type}:${value}`);
    if (known !== undefined) return known;
    const made = type === 'number' ? this.#number(value) : this.#text(kind, value.length);
    if (made === undefined) return undefined;
    this.#byValue.set(`${type}:${value}`, made);
    this.#taken.add(made);
    return made;
  }

  #text(kind: SensitiveKind, length: number): string | undefined {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const name = [`redacted-${kind}-${count}`, `${kind}-${count}`].find((one) => one.length <= length);
    if (name !== undefined) return name.padEnd(length, '-x');
    return this.#firstFree(36 ** Math.min(length, 4), (index) => index.toString(36).padStart(length, 'x'));
  }

  /** Digits for digits; what is no plain number is not an id. */
  #number(value: string): string | undefined {
    if (!/^\d+$/.test(value) || value.length > longestNumber) return undefined;
    const least = 10 ** (value.length - 1);
    return this.#firstFree(Math.min(9 * least, 10_000), (index) => String(least + index));
  }

  #firstFree(many: number, make: (index: number) => string): string | undefined {
    for (let index = 0; index < many; index += 1) {
      const made = make(index);
      if (!this.#taken.has(made)) return made;
    }
    return undefined;
  }
}
