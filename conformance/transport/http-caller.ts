import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';

import { Agent, type Dispatcher } from 'undici';

import type { Probe } from '#scenarios/kit/probe';
import type { CallerSight } from '#scenarios/kit/sight';

import { AnswerReader } from './answer-reader.ts';
import { decodedBody, saysGzip } from './decoded-body.ts';
import { endingOf, type Ending } from './ending.ts';
import { encodeBody, inPieces, withToken } from './request-body.ts';
import { sentHeaders } from './sent-headers.ts';
import { seekText } from './sought-text.ts';

/** Where and how a probe is sent. */
export interface Errand {
  /** The target's origin and mount, without a trailing slash. */
  readonly url: string;
  /** The path that the target wants for the probe's path, with the placeholder still in it. */
  readonly path: string;
  /** What the target needs: credential and routing headers. The probe's own headers win. */
  readonly headers: Readonly<Record<string, string>>;
  readonly token: string;
  /** Told of every piece of the answer's body as it arrives. */
  readonly onBytes?: (bytes: Buffer) => void;
  /** Ends the exchange early; the sight then ends as `timeout`. */
  readonly signal?: AbortSignal;
}

/** The caller's end of the wire. It answers with a sight, whatever the target does, and never throws. */
export interface HttpCaller {
  readonly send: (probe: Probe, errand: Errand) => Promise<CallerSight>;
  /** Ends every socket. */
  readonly close: () => Promise<void>;
}

const maxHeaderBytes = 64 * 1024;
const connectWithinMs = 5_000;

const joined = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(', ')]])),
  );

interface Sending {
  readonly options: Dispatcher.RequestOptions;
  readonly sentBytes: number;
}

const sendingOf = (probe: Probe, errand: Errand, signal: AbortSignal): Sending => {
  const { bytes, headers } = encodeBody(probe, errand.token);
  const url = new URL(`${errand.url}${withToken(errand.path, errand.token)}`);
  const body = bytes === undefined ? null : probe.framing === 'chunked' ? Readable.from(inPieces(bytes)) : bytes;
  return {
    sentBytes: bytes?.byteLength ?? 0,
    options: {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: probe.method,
      headers: sentHeaders(probe, headers, errand.headers),
      body,
      signal,
    },
  };
};

interface Line {
  readonly agent: Agent;
  readonly maxAnswerBytes: number | undefined;
  readonly takesGzip: boolean;
}

/** Looks at every piece of an answer's body, and says when the caller has had enough. */
type Watch = (bytes: Buffer) => 'leave' | 'stay';

const watchFor = ({ leaveAt }: Probe, { onBytes }: Errand): Watch => {
  const hasCome = leaveAt === undefined ? () => false : seekText(leaveAt);
  return (bytes) => {
    onBytes?.(bytes);
    return hasCome(bytes) ? 'leave' : 'stay';
  };
};

/** One exchange while it happens: what has been seen so far is kept, so that any ending leaves a sight. */
class Exchange {
  readonly #startedAt = performance.now();
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  #reader: AnswerReader | undefined;
  #firstByteMs: number | undefined;

  elapsed = (): number => Math.round((performance.now() - this.#startedAt) * 1000) / 1000;

  /** Runs to the answer's end; resolves to the ending when the answer is not complete. */
  async run(
    { agent, maxAnswerBytes, takesGzip }: Line,
    probe: Probe,
    options: Dispatcher.RequestOptions,
    watch: Watch,
  ): Promise<Ending | undefined> {
    const response = await agent.request(options);
    this.#firstByteMs = this.elapsed();
    this.#status = response.statusCode;
    this.#headers = joined(response.headers);
    const reader = new AnswerReader(this.#headers['content-type'] ?? '', this.elapsed, maxAnswerBytes);
    this.#reader = reader;
    for await (const chunk of decodedBody(response.body, takesGzip || saysGzip(probe), this.#headers['content-encoding'])) {
      if (!reader.push(chunk)) return { end: 'cut', errorCode: 'ANSWER_TOO_LARGE' };
      if (watch(chunk) === 'leave') return { end: 'cut', errorCode: 'CALLER_LEFT' };
    }
    return undefined;
  }

  sight(probe: Probe, token: string, sentBytes: number, ending: Ending | { readonly end: 'timeout' } | undefined): CallerSight {
    return {
      probe,
      token,
      status: this.#status,
      headers: this.#headers,
      ...(this.#reader?.answer ?? { bodyText: '', json: undefined, events: [] }),
      end: ending?.end ?? 'complete',
      ...(ending !== undefined && 'errorCode' in ending && { errorCode: ending.errorCode }),
      sentBytes,
      ...(this.#firstByteMs !== undefined && { firstByteMs: this.#firstByteMs }),
      durationMs: this.elapsed(),
    };
  }
}

/** One bound over connecting, sending, waiting and reading; `dispose` leaves no timer and no listener behind. */
const boundBy = (ms: number, outer: AbortSignal | undefined) => {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, ms);
  outer?.addEventListener('abort', abort, { once: true });
  if (outer?.aborted === true) abort();
  const dispose = (): void => {
    clearTimeout(timer);
    outer?.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, dispose };
};

const sendWith = async (line: Line, probe: Probe, errand: Errand): Promise<CallerSight> => {
  const bound = boundBy(probe.timeoutMs, errand.signal);
  const exchange = new Exchange();
  let sentBytes = 0;
  try {
    const sending = sendingOf(probe, errand, bound.signal);
    sentBytes = sending.sentBytes;
    return exchange.sight(probe, errand.token, sentBytes, await exchange.run(line, probe, sending.options, watchFor(probe, errand)));
  } catch (error) {
    return exchange.sight(probe, errand.token, sentBytes, bound.signal.aborted ? { end: 'timeout' } : endingOf(error));
  } finally {
    bound.dispose();
  }
};

export interface CallerOptions {
  /** A larger answer is cut off; 64 MiB by default. */
  readonly maxAnswerBytes?: number;
  /** Reads gzip also where the request does not speak of it, as a client without preference does (RFC 9110, 12.5.3). */
  readonly takesGzip?: boolean;
}

/**
 * A caller with sockets of its own. Every request gets a fresh connection: on a kept-alive one, a target that hangs up between two
 * requests would show as a reset of the second, which is not the target's fault. Nothing is ever tried twice.
 */
export const createHttpCaller = ({ maxAnswerBytes, takesGzip = false }: CallerOptions = {}): HttpCaller => {
  const agent = new Agent({
    pipelining: 0,
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: connectWithinMs },
  });
  return { send: (probe, errand) => sendWith({ agent, maxAnswerBytes, takesGzip }, probe, errand), close: () => agent.destroy() };
};
