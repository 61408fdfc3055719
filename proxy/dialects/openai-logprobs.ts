import type { TokenAlternative, TokenLogprob } from '../ir/chat.ts';
import { asArray, asObject, asText, present } from './reading.ts';

/** Log probabilities of tokens, which both of OpenAI's dialects write alike. */

/** Tokens without a text or a number are left out. */
export const readLogprobs = (wire: unknown): readonly TokenLogprob[] =>
  (asArray(wire) ?? []).flatMap((one) => {
    const token = readToken(one);
    const top = (asArray(asObject(one)?.['top_logprobs']) ?? []).flatMap((other) => readToken(other) ?? []);
    return token === undefined ? [] : [{ ...token, top }];
  });

const readToken = (wire: unknown): TokenAlternative | undefined => {
  const fields = asObject(wire);
  const [token, logprob] = [asText(fields?.['token']), fields?.['logprob']];
  if (token === undefined || typeof logprob !== 'number') return undefined;
  const bytes = asArray(fields?.['bytes'])?.filter((byte) => typeof byte === 'number');
  return { token, logprob, ...present({ bytes }) };
};

export interface WireToken {
  readonly token: string;
  readonly bytes: readonly number[];
  readonly logprob: number;
}

export interface WireLogprob extends WireToken {
  readonly top_logprobs: readonly WireToken[];
}

/** `bytes` has to be there; where the upstream gave none, they are those of the token's text. */
export const writeLogprobs = (tokens: readonly TokenLogprob[]): readonly WireLogprob[] =>
  tokens.map((token) => ({ ...writeToken(token), top_logprobs: token.top.map(writeToken) }));

const writeToken = ({ token, logprob, bytes }: TokenAlternative): WireToken => ({
  token,
  bytes: bytes ?? [...Buffer.from(token)],
  logprob,
});
