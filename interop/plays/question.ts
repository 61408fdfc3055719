import type { Fields } from './loose.ts';

/** One tool that the model may call. */
export interface OfferedTool {
  readonly name: string;
  /** JSON Schema of its arguments. */
  readonly parameters: Fields;
}

/** What the mocked model is asked, whatever the dialect it came in. */
export interface Question {
  readonly model: string;
  readonly system: string;
  /** What people said, oldest first. */
  readonly said: readonly string[];
  /** What the last turn is: the model answers a person, goes on after a tool's result, or continues its own words. */
  readonly last: { readonly by: 'person' | 'tool' | 'model'; readonly text: string };
  readonly tools: readonly OfferedTool[];
  readonly toolChoice: 'auto' | 'none' | 'required' | { readonly name: string };
  readonly parallelCalls: boolean;
  /** The JSON Schema that the answer satisfies; `{}` for any JSON object. */
  readonly format: Fields | undefined;
  readonly stop: readonly string[];
  readonly maxTokens: number | undefined;
  readonly thinks: boolean;
  readonly answers: number;
  /** Whether the log probability of each token is asked for. */
  readonly logprobs: boolean;
  readonly inputTokens: number;
  /** Tokens of the input that came from the vendor's cache. */
  readonly cachedTokens: number;
}

export interface Call {
  readonly id: string;
  readonly name: string;
  readonly args: Fields;
}

/** What the mocked model says. */
export interface Reply {
  /** For ids: the same question gets the same one. */
  readonly seed: string;
  readonly thoughts: readonly string[];
  /** Tokens of the text; joined they are the text. */
  readonly tokens: readonly string[];
  readonly calls: readonly Call[];
  readonly finish: 'stop' | 'length' | 'calls' | { readonly stopSequence: string };
  readonly outputTokens: number;
}

/** A request that the vendor refuses: what its API documents, in short. */
export interface Refusal {
  readonly refused: string;
  readonly param: string | null;
}

/** Words and punctuation: near enough to what vendors count. */
export const countTokens = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + (text.match(/\w+|[^\s\w]/g)?.length ?? 0), 0);
