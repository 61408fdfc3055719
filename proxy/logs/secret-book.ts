/** Shorter texts are no secrets, and replacing them would garble the sentences around them. */
const shortest = 8;
const mostRemembered = 10_000;

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

/** How a secret may be written: as it is, as it would be in a URL, and inside of a JSON text. */
const spellings = (secret: string): readonly string[] => [
  ...new Set([secret, encodeURIComponent(Buffer.from(secret).toString()), JSON.stringify(secret).slice(1, -1)]),
];

/**
 * All secrets that the proxy has known since it started, for one purpose: that no text with one of them leaves. Also those of generations
 * that are gone, because an exchange which began under them may still speak.
 */
export class SecretBook {
  readonly #secrets = new Set<string>();
  #pattern: RegExp | undefined;

  /** Adds what is long enough to be one. */
  learn(secrets: Iterable<string>): void {
    const before = this.#secrets.size;
    for (const secret of secrets) {
      if (secret.length < shortest) continue;
      for (const spelling of spellings(secret)) this.#secrets.add(spelling);
    }
    if (this.#secrets.size === before) return;
    for (const oldest of this.#secrets) {
      if (this.#secrets.size <= mostRemembered) break;
      this.#secrets.delete(oldest);
    }
    this.#pattern = undefined;
  }

  /** A text without any of the secrets. */
  blot(text: string): string {
    if (this.#secrets.size === 0) return text;
    return text.replace(this.#anyOf(), '***');
  }

  /** Whether one of the secrets is in a text, which may be JSON. */
  isIn(text: string): boolean {
    return this.#secrets.size > 0 && text.search(this.#anyOf()) !== -1;
  }

  #anyOf(): RegExp {
    // Longer ones first: one secret may be the beginning of another.
    this.#pattern ??= new RegExp(
      [...this.#secrets]
        .sort((a, b) => b.length - a.length)
        .map(escaped)
        .join('|'),
      'g',
    );
    return this.#pattern;
  }

  /** A tree of plain values without any of the secrets, in keys and texts. What has no place in JSON becomes text. */
  blotTree(value: unknown): unknown {
    if (typeof value === 'string') return this.blot(value);
    if (Array.isArray(value)) return value.map((item) => this.blotTree(item));
    if (value === null || typeof value !== 'object') return value;
    if (value instanceof Error) return this.blot(String(value.stack));
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [this.blot(key), this.blotTree(inner)]));
  }
}
