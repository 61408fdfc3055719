import { Agent, request } from 'undici';

import type { CanaryClock } from '../../canary/clock.ts';
import type { Letter } from '../destinations/destination.ts';

/** What came of one attempt. */
export type Answer =
  | { readonly kind: 'arrived' }
  /** @property isFinal the same letter would be refused again, whenever it came */
  | { readonly kind: 'refused'; readonly error: string; readonly isFinal: boolean; readonly retryAfterMs?: number }
  | { readonly kind: 'lost'; readonly error: string };

/** Sends one request and reads a little of the answer, in a bounded time; never follows a redirect, never repeats. */
export interface Sender {
  readonly send: (method: 'GET' | 'POST', letter: Letter, timeoutMs: number) => Promise<Answer>;
  /** Gives up what is under way, and lets go of all connections. */
  readonly close: () => Promise<void>;
}

/** No connection is kept: hours lie between two letters. */
const openAgent = (): Agent => new Agent({ connections: 4, pipelining: 0, maxHeaderSize: 16_384 });

const mostAnswerBytes = 2048;
const longestRetryAfterMs = 3_600_000;

/** Seconds or a date; nothing that is not to be understood, and no more than an hour. */
const retryAfterOf = (value: unknown, now: number): number | undefined => {
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), longestRetryAfterMs) : undefined;
};

/** The letter itself is at fault; everything else may be mended meanwhile. */
const finalStatuses = new Set([400, 413, 415, 422]);

type Body = Awaited<ReturnType<typeof request>>['body'];

/** Reads until there is enough, and lets go of the rest unread. */
const beginningOf = async (body: Body): Promise<string> => {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body as AsyncIterable<Uint8Array>) {
    parts.push(part);
    bytes += part.byteLength;
    if (bytes >= mostAnswerBytes) break;
  }
  return Buffer.concat(parts).subarray(0, mostAnswerBytes).toString('utf8');
};

/** Reads nothing at all: an answer may go on for ever. */
const letGo = (body: Body): void => {
  body.on('error', () => undefined);
  body.destroy();
};

/** A destination's own words, as one line without control characters. */
const inShort = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);

const refusal = (status: number, words: string, retryAfter: unknown, now: number): Answer => {
  const retryAfterMs = retryAfterOf(retryAfter, now);
  return {
    kind: 'refused',
    error: inShort(status >= 300 && status < 400 ? `${status}: a redirect is not followed` : `${status} ${words}`),
    isFinal: finalStatuses.has(status),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
};

/** The code where there is one: messages may name addresses that are secret. */
const reasonOf = (error: unknown): string => {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.name : 'failed';
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** The name and password of an address as what they are for; undici leaves them out without a word. */
const credentialsIn = (url: string): Readonly<Record<string, string>> => {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return {};
  return { authorization: `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}` };
};

/** @param userAgent names the tool, and where to read about it */
export const openSender = ({ clock, userAgent }: { readonly clock: CanaryClock; readonly userAgent: string }): Sender => {
  const dispatcher = openAgent();
  const exchange = async (method: 'GET' | 'POST', { url, headers, body }: Letter, signal: AbortSignal): Promise<Answer> => {
    const sent = { 'user-agent': userAgent, accept: '*/*', ...credentialsIn(url), ...headers };
    const options = { dispatcher, method, headers: sent, signal, headersTimeout: 0, bodyTimeout: 0 } as const;
    const answer = await request(url, method === 'POST' ? { ...options, body } : options);
    const { statusCode } = answer;
    if (statusCode >= 200 && statusCode < 300) {
      letGo(answer.body);
      return { kind: 'arrived' };
    }
    const words = await beginningOf(answer.body).catch(() => '');
    return refusal(statusCode, words, answer.headers['retry-after'], clock.now());
  };
  return {
    send: async (method, letter, timeoutMs) => {
      const controller = new AbortController();
      let timedOut = false;
      const alarm = clock.after(timeoutMs, () => {
        timedOut = true;
        controller.abort();
      });
      try {
        return await exchange(method, letter, controller.signal);
      } catch (error) {
        return { kind: 'lost', error: timedOut ? `no answer within ${timeoutMs} ms` : reasonOf(error) };
      } finally {
        alarm.cancel();
      }
    },
    close: () => dispatcher.destroy(),
  };
};
