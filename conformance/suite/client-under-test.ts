/** What a real client shows of itself to the behaviours; its own test file says how it does each. */

/** Where a client is pointed, and how it is set up. */
export interface Connection {
  readonly url: string;
  readonly apiKey: string;
  readonly model: string;
  readonly maxRetries: number;
  readonly timeoutMs: number;
  /** The platform's, with a look at what goes and comes. */
  readonly fetch: typeof globalThis.fetch;
}

export interface Ask {
  readonly text: string;
  readonly stream: boolean;
  /** Base64 of a PNG that goes with the text. */
  readonly image?: string;
  /** Of a PNG that goes with the text. */
  readonly imageUrl?: string;
  /** Base64 of a PDF that goes with the text. */
  readonly pdf?: string;
  /** Words of the assistant that end the conversation, to be written on from. */
  readonly begun?: string;
  readonly signal?: AbortSignal;
  /** Called with every piece of text of a stream. */
  readonly onText?: (piece: string) => void;
}

export interface Said {
  readonly text: string;
  readonly outputTokens: number | undefined;
}

export interface Called {
  readonly name: unknown;
  readonly input: unknown;
}

/** The calls of the first answer, and the text of the second. */
export interface UsedTools {
  readonly calls: readonly Called[];
  readonly text: string;
}

/** `end`: why the answer ended, in the words of the client's dialect. */
export interface Refused {
  readonly refusal: string | null;
  readonly text: string;
  readonly end: string | undefined;
}

export interface Token {
  readonly token: string;
  readonly logprob: number;
  readonly top: readonly { readonly token: string; readonly logprob: number }[];
}

/** An error as the client's users see it. */
export interface ClientFailure {
  readonly className: string;
  readonly status: number | undefined;
  readonly message: string;
  /** What the client's dialect has for programs to tell errors apart. */
  readonly code?: unknown;
  /** What to quote to the vendor. */
  readonly requestId?: string | null | undefined;
  /** Reads a header of the answer, where the client's errors show them. */
  readonly header?: (name: string) => string | null | undefined;
}

export type ClientDialect = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini-generate';

export interface ClientUnderTest {
  readonly name: string;
  readonly dialect: ClientDialect;
  /** The client's own classes. */
  readonly classes: Readonly<Record<'badRequest' | 'rateLimit' | 'timeout' | 'abort', string>>;
  /** What it throws when a stream ends in an error: a class of its own, or the event as it came. */
  readonly brokenStream: readonly string[];
  /** Whether its errors show the answer's headers. */
  readonly showsHeaders: boolean;
  /** Whether it hands on the URL of an image, instead of getting the image itself. */
  readonly sendsImageUrls: boolean;
  readonly say: (connection: Connection, ask: Ask) => Promise<Said>;
  /** Asks with the tool, gives each call what `run` makes of its input, and asks again. */
  readonly useTools: (connection: Connection, ask: Ask, run: (input: unknown) => string) => Promise<UsedTools>;
  /** The same with the tool that takes free text; for clients whose dialect has such tools. */
  readonly useCustomTool?: (connection: Connection, ask: Ask, output: string) => Promise<UsedTools>;
  /** Asks for an answer by {@link weatherSchema}: what the client made of it. */
  readonly parse: (connection: Connection, ask: Ask) => Promise<unknown>;
  /** The words of a refusal, where the client has a place of its own for them. */
  readonly refusal?: (connection: Connection, ask: Ask) => Promise<Refused>;
  /** Asks for the log probabilities of the tokens and of the two likeliest each. */
  readonly weigh?: (connection: Connection, ask: Ask) => Promise<readonly Token[]>;
  readonly failure: (error: unknown) => ClientFailure;
}

/** The tool that the mocked upstreams call. */
export const tool = {
  name: 'lookup',
  description: 'Looks up the weather in a city.',
  parameters: {
    type: 'object' as const,
    properties: { city: { type: 'string' as const } },
    required: ['city'],
    additionalProperties: false,
  },
};

/** The tool with free text that the mocked upstreams call. */
export const customTool = { name: 'run', description: 'Runs a program.' };

/** What the answers of the exchanges named `structured` follow. */
export const weatherSchema = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const }, degrees: { type: 'integer' as const } },
  required: ['city', 'degrees'],
  additionalProperties: false as const,
};
