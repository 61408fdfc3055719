import type { Server } from 'node:http';
import type { Socket } from 'node:net';

import { behindEndOfTurn } from './end-of-turn.ts';

/**
 * Answers that are ready in one turn of the event loop leave together at its end. A write wakes whoever reads at the other end, and when
 * that one sleeps again between two answers, waking it costs this process more than making a short answer: a quarter of its time.
 * Nobody waits longer for it: what is done before the writes was due before the next read anyway, and nothing is read before them.
 */
export class LateWrites {
  #waiting: Deferred[] = [];
  readonly #held = new WeakSet<Socket>();

  /** Holds back what is written to every connection of this server from now on. */
  watch(server: Server, isTls: boolean): void {
    server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => this.#hold(socket));
  }

  /** Writes all that waits, for those who are about to end connections. */
  readonly flush = (): void => {
    const now = this.#waiting;
    this.#waiting = [];
    for (const one of now) one.write();
  };

  /** Node corks a connection for every piece of an answer; until it is uncorked everything stays in order in its buffer. */
  #hold(socket: Socket): void {
    // A connection is read anew behind each upgrade that is not taken, and comes as a new one then.
    if (this.#held.has(socket)) return;
    this.#held.add(socket);
    const uncork = socket.uncork.bind(socket);
    const deferred = new Deferred(uncork);
    socket.uncork = () => {
      // Corked twice, it does not write yet.
      if (socket.writableCorked !== 1) return uncork();
      if (!deferred.begin()) return;
      this.#waiting.push(deferred);
      if (this.#waiting.length === 1) behindEndOfTurn(this.flush);
    };
  }
}

/** One connection whose bytes may wait. */
class Deferred {
  readonly #uncork: () => void;
  #waits = false;

  constructor(uncork: () => void) {
    this.#uncork = uncork;
  }

  /** Whether it did not wait before. */
  begin(): boolean {
    if (this.#waits) return false;
    this.#waits = true;
    return true;
  }

  write(): void {
    this.#waits = false;
    this.#uncork();
  }
}
