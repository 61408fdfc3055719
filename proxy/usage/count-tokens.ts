import type { Usage } from '../ir/chat.ts';
import type { SampledText } from './text-sample.ts';
import type { AnsweredRequest, CountedTokens } from './usage-record.ts';

export const noTokens: CountedTokens = { input: 0, output: 0, cachedInput: 0, reasoning: 0, estimated: false };

/** More than any answer has. Sums of millions of such still fit into what the store counts with. */
const mostTokens = 1e12;

const believed = (count: number): number => Math.min(count, mostTokens);

/** What the upstream said. */
export const toldTokens = ({ input, output, cachedInput = 0, reasoning = 0 }: Usage): CountedTokens => ({
  input: believed(input),
  output: believed(output),
  cachedInput: believed(cachedInput),
  reasoning: believed(reasoning),
  estimated: false,
});

type Count = (text: string) => number;

/** The vocabulary takes 200 ms and 50 MB to load, and most upstreams count for themselves: it is loaded when it is first needed. */
const loadCounter = async (): Promise<Count> => {
  const { countTokens: count } = await import('gpt-tokenizer/encoding/o200k_base');
  // Texts that look like control tokens are texts: everything here was written by somebody.
  return (text) => count(text, { disallowedSpecial: new Set() });
};

/** One long word takes a time that grows with the square of its length, and anybody may send one. Cutting costs two percent of accuracy. */
const longestPiece = 512;

const piecesOf = (text: string): readonly string[] =>
  Array.from({ length: Math.ceil(text.length / longestPiece) }, (_, at) => text.slice(at * longestPiece, (at + 1) * longestPiece));

let counter: Promise<Count> | undefined;

/** Counts the beginning and scales to the whole. */
const countSampled = (count: Count, { beginning, length }: SampledText): number =>
  beginning === '' ? 0 : Math.round((piecesOf(beginning).reduce((sum, piece) => sum + count(piece), 0) * length) / beginning.length);

/**
 * The tokens of an answered request: what the upstream said, or else a count of the texts with OpenAI's o200k vocabulary, marked as
 * estimated. Other vendors' vocabularies differ by some ten percent; images and the framing of messages are not in it.
 */
export const countTokens = async ({ usage, input, output }: AnsweredRequest): Promise<CountedTokens> => {
  if (usage !== undefined) return toldTokens(usage);
  counter ??= loadCounter();
  const count = await counter;
  return { ...noTokens, input: countSampled(count, input()), output: countSampled(count, output()), estimated: true };
};
