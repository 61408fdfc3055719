import type { Recording } from '#fixtures/recordings/recording';

type Redaction = Recording['redactions'][number];

/** What was replaced or left out, counted by place and kind. */
export class Redactions {
  readonly #counts = new Map<string, Redaction>();

  add(path: string, kind: Redaction['kind']): void {
    const id = `${path} ${kind}`;
    this.#counts.set(id, { path, kind, count: (this.#counts.get(id)?.count ?? 0) + 1 });
  }

  list(): Redaction[] {
    return [...this.#counts.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}
