import type { Captured } from '../../record/captured.ts';
import type { Unsendable } from './ask-once.ts';
import { retryAfterMs } from './retry-after.ts';
import { isAboutTheKey, isOfTheMoment } from './why-unasked.ts';

/** What to do with what came of one request. */
export type Judged =
  | { readonly kind: 'answered'; readonly captured: Captured }
  /** It may say something else a little later. */
  | { readonly kind: 'later'; readonly because: string; readonly status: number; readonly afterMs?: number }
  | { readonly kind: 'key-refused'; readonly because: string }
  /** It was never asked, which is not the upstream's doing. */
  | { readonly kind: 'unsendable'; readonly because: string }
  /** It gave no answer; `sent` when the request may have arrived. */
  | { readonly kind: 'silent'; readonly because: string; readonly sent: boolean };

const silence = ({ by, detail }: NonNullable<Captured['spoiled']>): Judged => ({
  kind: 'silent',
  because: by === 'upstream-hung' ? detail : `no answer: ${detail === '' ? by : detail}`,
  sent: !/^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(detail),
});

/**
 * @param captured undefined when its time was over
 * @param now milliseconds since the epoch
 */
export const judgeAnswer = (captured: Captured | Unsendable | undefined, { now, withinMs }: { now: number; withinMs: number }): Judged => {
  if (captured === undefined) return { kind: 'silent', because: `no end within ${Math.round(withinMs)} ms`, sent: true };
  if ('unsendable' in captured) return { kind: 'unsendable', because: `it cannot be sent: ${captured.unsendable}` };
  const { answer, spoiled } = captured;
  if (spoiled !== undefined) return silence(spoiled);
  if (answer === undefined) return { kind: 'silent', because: 'it did not answer over HTTP', sent: true };
  const { status, fields } = answer;
  if (isAboutTheKey(status)) return { kind: 'key-refused', because: `answered ${status}: the key may not ask this` };
  if (!isOfTheMoment(status)) return { kind: 'answered', captured };
  const afterMs = retryAfterMs(fields, now);
  return { kind: 'later', because: `answered ${status}`, status, ...(afterMs !== undefined && { afterMs }) };
};
