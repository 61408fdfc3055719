import { gzipSync } from 'node:zlib';

import { shellWord, type ShellText } from './shell-text.ts';

/** A request as it went over the wire, with shell variables for what is secret. */
export interface CurlRequest {
  readonly method: string;
  readonly url: ShellText;
  readonly headers: readonly (readonly [string, ShellText])[];
  readonly body?: CurlBody;
  readonly chunked: boolean;
  /** How long the caller waited. */
  readonly timeoutMs: number;
  /** A command that sends the request too, for a body that is too long for a line. */
  readonly otherwise: string;
}

/** The bytes, and the text they are where they are text that may hold variables. */
export interface CurlBody {
  readonly bytes: Buffer;
  readonly text?: ShellText;
}

export interface CurlLine {
  /** One line for a POSIX shell that sends the request. */
  readonly line: string;
  /** What the line cannot do. */
  readonly note?: string;
}

const longestBody = 2_000;
const longestPacked = 6_000;
const largestToPack = 8 * 1024 * 1024;
/** Some versions ask `Expect: 100-continue` before a body of this size, which our caller never does. */
const expectsFrom = 1_000;

/** Letters, marks, digits, punctuation, symbols and the space: what survives a terminal, an editor and a mail. */
const harmless = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u;

interface SentBody {
  /** What produces the bytes on standard output, when they do not stand in curl's own arguments. */
  readonly before: string;
  readonly options: readonly string[];
  readonly note?: string;
}

const packed = (bytes: Buffer): string | undefined => {
  if (bytes.byteLength > largestToPack) return undefined;
  const plain = bytes.toString('base64');
  if (plain.length <= longestBody) return `printf %s ${plain} | base64 -d`;
  const zipped = gzipSync(bytes, { level: 9 }).toString('base64');
  return zipped.length <= longestPacked ? `printf %s ${zipped} | base64 -d | gzip -dc` : undefined;
};

const isPlain = (text: ShellText): boolean => {
  const literal = text.filter((part) => typeof part === 'string');
  return literal.every((part) => harmless.test(part)) && literal.join('').length <= longestBody;
};

/**
 * Readable in the line where it is short and harmless; else packed, which keeps every byte. A body that holds a secret is never packed:
 * nobody could see it there.
 */
const sentBody = ({ bytes, text }: CurlBody, otherwise: string): SentBody => {
  if (text !== undefined && isPlain(text)) return { before: '', options: [`--data-raw ${shellWord(text)}`] };
  const hidesSecret = text?.some((part) => typeof part !== 'string') === true;
  const producer = hidesSecret ? undefined : packed(bytes);
  if (producer !== undefined) return { before: `${producer} | `, options: ['--data-binary @-'] };
  const why = hidesSecret ? 'with a credential in them' : 'too many for a line';
  const note = `the body has ${bytes.byteLength} bytes, ${why}: put it into body.json, or send it with ${otherwise}`;
  return { before: '', options: ['--data-binary @body.json'], note };
};

/** curl leaves out a header without a value, unless it is written with a semicolon. */
const headerOption = ([name, value]: readonly [string, ShellText]): string => {
  const isEmpty = value.every((part) => typeof part === 'string' && part.trim() === '');
  return `-H ${shellWord(isEmpty ? [`${name};`] : [`${name}: `, ...value])}`;
};

/** What curl would add of its own is taken out. */
const unasked = ({ headers, body }: CurlRequest): readonly string[] => {
  const has = (name: string): boolean => headers.some(([each]) => each === name);
  if (body === undefined) return [];
  return [...(has('content-type') ? [] : ["-H 'content-type:'"]), ...(body.bytes.byteLength >= expectsFrom ? ["-H 'expect:'"] : [])];
};

/**
 * A `curl` line that sends the same method, path, headers and bytes again. It is printable, and bounded however large the body is. Headers
 * of the connection (`host`, `content-length`) are curl's own.
 */
export const curlLine = (request: CurlRequest): CurlLine => {
  const { before, options, note } = request.body === undefined ? { before: '', options: [] } : sentBody(request.body, request.otherwise);
  const words = [
    `${before}curl -sS -i -N -g --path-as-is --http1.1 --max-time ${Math.max(1, Math.ceil(request.timeoutMs / 1000))}`,
    ...(request.method === 'GET' && request.body === undefined ? [] : [`-X ${request.method}`]),
    shellWord(request.url),
    ...request.headers.map(headerOption),
    ...unasked(request),
    ...(request.chunked ? ["-H 'transfer-encoding: chunked'"] : []),
    ...options,
  ];
  return { line: words.join(' '), ...(note !== undefined && { note }) };
};
