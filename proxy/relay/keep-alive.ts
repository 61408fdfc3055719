import { startTimer } from '../clock.ts';
import type { Clock, Timer } from '../clock.ts';

/** Calls `say` whenever nothing was written for so long. Silence is counted from the last write, not in fixed beats. */
export class KeepAlive {
  readonly #timer: Timer;
  #stopped = false;

  constructor(clock: Clock, silenceMs: number, say: () => void) {
    this.#timer = startTimer(clock, silenceMs, () => {
      if (this.#stopped) return;
      say();
      this.#timer.restart();
    });
  }

  /** Something was written. */
  wrote(): void {
    if (!this.#stopped) this.#timer.restart();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer.stop();
  }
}
