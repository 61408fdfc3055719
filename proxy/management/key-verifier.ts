import { createHash, timingSafeEqual } from 'node:crypto';

import { ProxyError } from '../errors.ts';

/** Comparisons of hashes are slow on purpose; more than so many do not wait for one. */
const mostWaiting = 16;
/** bcrypt reads no more of a password. */
export const longestHashedBytes = 72;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** Whether `secret-key` is a bcrypt hash, as the page's product writes it into the file. */
export const isHash = (secret: string): boolean => /^\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}$/.test(secret);

/** Compares management keys: plain ones in constant time, hashes one at a time. */
export class KeyVerifier {
  #queue: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** The last key that fitted its hash, so that an operator's page does not pay for every request. Digests only. */
  #known: { readonly key: Buffer; readonly hash: string } | undefined;

  async fits(key: string, secret: string): Promise<boolean> {
    if (!isHash(secret)) return same(key, secret);
    if (Buffer.byteLength(key) > longestHashedBytes) return false;
    if (this.#known?.hash === secret && timingSafeEqual(this.#known.key, digest(key))) return true;
    return this.#inTurn(key, secret);
  }

  async #inTurn(key: string, hash: string): Promise<boolean> {
    if (this.#waiting >= mostWaiting)
      throw new ProxyError('management-backs-off', 'too many management keys are being checked; try again', { retryAfterSeconds: 1 });
    this.#waiting += 1;
    const turn = this.#queue.then(() => this.#compare(key, hash));
    this.#queue = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #compare(key: string, hash: string): Promise<boolean> {
    const { compare } = await import('bcryptjs');
    const fits = await compare(key, hash);
    if (fits) this.#known = { key: digest(key), hash };
    return fits;
  }
}
