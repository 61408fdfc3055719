import type { Departure } from './departure.ts';

/** Why an exchange is aborted that the client has not left: the proxy closes, and did not wait any longer. */
export const closing = Symbol('the proxy closes');

/** The exchanges that are running, so that closing can end them and draining can wait for them. */
export class InFlight {
  readonly #running = new Set<Departure>();
  #onEmpty: (() => void) | undefined;
  #draining = false;

  /** Whether new exchanges are to be turned away. */
  get draining(): boolean {
    return this.#draining;
  }

  get count(): number {
    return this.#running.size;
  }

  enter(departure: Departure): void {
    this.#running.add(departure);
  }

  leave(departure: Departure): void {
    this.#running.delete(departure);
    if (this.#running.size === 0) this.#onEmpty?.();
  }

  abortAll(): void {
    for (const departure of this.#running) departure.abort(closing);
  }

  /** Lets no more in; resolves when the last one has left. */
  async drain(): Promise<void> {
    this.#draining = true;
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
  }
}
