import type { Dialect } from '../dialects/dialect.ts';
import { ProxyError } from '../errors.ts';
import { maxErrorBodyBytes } from './limits.ts';
import { readWhole } from './read-body.ts';
import type { UpstreamAnswer } from './send.ts';

interface CountSides {
  readonly upstream: Dialect;
  readonly client: Dialect;
}

const parsed = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
};

/** Another dialect's way to say this number of tokens, as JSON text. */
export const countText = ({ id, tokenCount }: Dialect, tokens: number): string => {
  if (tokenCount === undefined) throw new Error(`proxy/dialects/${id} has no token count`);
  return JSON.stringify(tokenCount.encode(tokens));
};

/**
 * The body of an answer to "how many tokens": as it came for a client of the same dialect, else in the client's words.
 * @throws ProxyError `upstream-bad-answer` when no count is in it.
 */
export const readCountAnswer = async (answer: UpstreamAnswer, { upstream, client }: CountSides): Promise<string | Buffer> => {
  const bytes = await readWhole(answer, maxErrorBodyBytes);
  const tokens = upstream.tokenCount?.decode(parsed(bytes));
  if (tokens === undefined) throw new ProxyError('upstream-bad-answer', 'The upstream answered a token count without a number of tokens.');
  return upstream.id === client.id ? bytes : countText(client, tokens);
};
