import { Agent, ProxyAgent, request } from 'undici';
import type { Dispatcher } from 'undici';

import { asObject, asText, parseJson } from '../dialects/reading.ts';
import type { NewTokens, Renewal } from '../providers/oauth.ts';
import { version } from '../version.ts';
import type { AuthFile } from './auth-file.ts';

/** Asks a token endpoint. Nothing that it says is passed on but short codes, since it may repeat what it was shown. */

/** Why there are no new tokens. */
export class RenewalFailure extends Error {
  /** Asking again cannot help: somebody has to log in. */
  readonly isFinal: boolean;

  constructor(message: string, isFinal: boolean, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'RenewalFailure';
    this.isFinal = isFinal;
  }
}

export interface TokenAddress {
  readonly tokenUrl: string;
  /** An HTTP or SOCKS5 proxy on the way; empty or `direct`: none. */
  readonly proxyUrl: string;
  readonly timeoutMs: number;
}

const largestAnswerBytes = 65_536;

const dispatcherFor = (proxyUrl: string): Dispatcher =>
  proxyUrl === '' || proxyUrl === 'direct'
    ? new Agent({ connect: { timeout: 10_000 } })
    : new ProxyAgent({ uri: proxyUrl.replace(/^socks5h:/, 'socks5:') });

interface Answer {
  readonly status: number;
  readonly wire: unknown;
}

const readBounded = async (body: AsyncIterable<Buffer>): Promise<string> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > largestAnswerBytes) throw Object.assign(new Error('too large'), { code: 'ANSWER_TOO_LARGE' });
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
};

type Ask = Pick<Dispatcher.RequestOptions, 'method' | 'headers' | 'body'>;

const send = async (url: string, ask: Ask, { proxyUrl, timeoutMs }: TokenAddress): Promise<Answer> => {
  const dispatcher = dispatcherFor(proxyUrl);
  const abort = new AbortController();
  const bound = setTimeout(() => abort.abort(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })), timeoutMs);
  try {
    const headers = { 'user-agent': `wireproof-proxy/${version}`, accept: 'application/json', ...(ask.headers as Record<string, string>) };
    const answer = await request(url, { ...ask, headers, dispatcher, signal: abort.signal });
    return { status: answer.statusCode, wire: parseJson(await readBounded(answer.body)) };
  } catch (cause) {
    const code = asText((cause as { readonly code?: unknown }).code) ?? 'UNKNOWN';
    throw new RenewalFailure(`The token endpoint gave no answer (${code}).`, false, { cause });
  } finally {
    clearTimeout(bound);
    await dispatcher.destroy();
  }
};

const shortCode = (value: unknown): string | undefined => {
  const text = asText(value);
  return text !== undefined && /^[A-Za-z][\w.-]{0,63}$/.test(text) ? text : undefined;
};

/** OAuth's `error`, OpenAI's `error.code`, AWS's `__type`. */
const codeIn = (wire: unknown): string | undefined => {
  const said = asObject(wire);
  const error = asObject(said?.['error']);
  return shortCode(said?.['error']) ?? shortCode(error?.['code']) ?? shortCode(error?.['type']) ?? shortCode(said?.['__type']);
};

const isRefused = ({ status }: Answer): boolean => status < 200 || status >= 300;

/** A 401 stands for itself; a 400 does only with a word for it (row 16, L4). */
const refusal = (answer: Answer, { isFinal }: Renewal): RenewalFailure => {
  const { status, wire } = answer;
  const code = codeIn(wire);
  const final = status < 500 && (status === 401 || code === 'invalid_grant' || isFinal?.(wire) === true);
  return new RenewalFailure(`The token endpoint answered ${status}${code === undefined ? '' : ` (${code})`}.`, final);
};

const followedUp = async (tokens: NewTokens, renewal: Renewal, address: TokenAddress): Promise<NewTokens> => {
  const { followUp } = renewal;
  if (followUp === undefined) return tokens;
  const answer = await send(followUp.url(address.tokenUrl, tokens), { method: 'GET', headers: {} }, address).catch(() => undefined);
  // The refresh token has been used up by now: whatever comes of the second request, the new tokens count.
  return answer === undefined || isRefused(answer) ? tokens : { ...tokens, ...followUp.read(answer.wire) };
};

/**
 * Exchanges the file's refresh token for new tokens.
 * @throws RenewalFailure
 */
export const requestTokens = async (file: AuthFile, renewal: Renewal, address: TokenAddress): Promise<NewTokens> => {
  const { headers, body } = renewal.request(file, file.refresh_token ?? '');
  const answer = await send(address.tokenUrl, { method: 'POST', headers, body }, address);
  if (isRefused(answer)) throw refusal(answer, renewal);
  const tokens = renewal.read(answer.wire);
  if (tokens === undefined) throw new RenewalFailure(`The token endpoint answered ${answer.status} without a token.`, false);
  return followedUp(tokens, renewal, address);
};
