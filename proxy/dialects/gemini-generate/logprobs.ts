import type { TokenAlternative, TokenLogprob } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { asArray, asObject, asText, type WireObject } from '../reading.ts';

/** `logprobsResult`: the tokens that were chosen and, in a list as long, the likeliest ones. Ids of tokens mean nothing elsewhere. */

export const readLogprobs = (candidate: WireObject): readonly TokenLogprob[] => {
  const result = asObject(candidate['logprobsResult']) ?? {};
  const top = asArray(result['topCandidates']) ?? [];
  return (asArray(result['chosenCandidates']) ?? []).flatMap((chosen, at) => {
    const others = asArray(asObject(top[at])?.['candidates']) ?? [];
    return readToken(chosen).map((token) => ({ ...token, top: others.flatMap(readToken) }));
  });
};

/** Google leaves out what is zero or empty. */
const readToken = (wire: unknown): readonly TokenAlternative[] => {
  const fields = asObject(wire);
  const logprob = fields?.['logProbability'] ?? 0;
  return fields === undefined || typeof logprob !== 'number' ? [] : [{ token: asText(fields['token']) ?? '', logprob }];
};

/** Member `logprobsResult` of a candidate; nothing without tokens. */
export const writeLogprobs = (tokens: readonly TokenLogprob[]): WireObject =>
  tokens.length === 0
    ? {}
    : {
        logprobsResult: {
          chosenCandidates: tokens.map(writeToken),
          topCandidates: tokens.map(({ top }) => ({ candidates: top.map(writeToken) })),
        },
      };

const writeToken = ({ token, logprob }: TokenAlternative): WireObject => ({ token, logProbability: logprob });

/** Bytes say more than the text of a token only where a character is split over tokens. */
export const lossesOfTokens = (tokens: readonly TokenLogprob[], path: string): readonly Loss[] => {
  const split = tokens.some(({ token, bytes }) => bytes !== undefined && !Buffer.from(token).equals(Buffer.from(bytes)));
  return split ? [{ path: `${path}.bytes`, why: 'Gemini gives the text of a token, not its bytes' }] : [];
};
