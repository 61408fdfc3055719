import { endAll, startClient, type ClientWords, type Ended } from '../trace/started-client.ts';
import { startPassThrough } from './pass-through.ts';
import type { PassThroughOptions } from './pass-through-options.ts';
import { Placeholders } from './placeholders.ts';
import { type Outcome, Recorder } from './recorder.ts';
import type { RefusalCode } from './refusal.ts';

export interface SessionOptions extends Omit<PassThroughOptions, 'onCaptured'> {
  readonly directory: string;
  readonly tool: string;
  /** Names of header fields that are kept besides, in lower case. */
  readonly allowed: readonly string[];
  readonly dropContent: boolean;
  /** A client to run, and to end with; without one the session lasts until it is stopped. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly words: ClientWords;
  readonly signal: AbortSignal;
  readonly onListening: (url: string) => void;
  readonly onOutcome: (outcome: Outcome) => void;
}

/** What a session came to. */
export interface SessionResult {
  readonly saved: number;
  readonly redacted: number;
  readonly refused: ReadonlyMap<RefusalCode, number>;
  /** Of the client, where there was one. */
  readonly ended?: Ended;
}

/** SDKs look here for where to go. OpenAI's take the version as part of the address; so does an upstream that is named with its path. */
const baseUrls = (url: string, upstream: string): Readonly<Record<string, string>> => ({
  OPENAI_BASE_URL: new URL(upstream).pathname === '/' ? `${url}/v1` : url,
  ANTHROPIC_BASE_URL: url,
  GOOGLE_GEMINI_BASE_URL: url,
});

const untilStopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const definedOf = (env: SessionOptions['env']): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const runClient = async (url: string, { command, env, cwd, words, signal, upstream }: SessionOptions): Promise<Ended> => {
  const client = await startClient({ command, cwd, words, stdin: 'inherit', env: { ...definedOf(env), ...baseUrls(url, upstream) } });
  await Promise.race([client.ended, untilStopped(signal)]);
  // Whatever it started would talk to nobody.
  await endAll(client.pid, () => []);
  await client.drained;
  return client.ended;
};

/**
 * Records until the client ends, or until it is stopped. What is complete by then is written. Rejects with the system's error when the
 * address cannot be listened on, with ToolError when there is no such program.
 */
export const recordSession = async (options: SessionOptions): Promise<SessionResult> => {
  const refused = new Map<RefusalCode, number>();
  let [saved, redacted] = [0, 0];
  const onOutcome = (outcome: Outcome): void => {
    if (outcome.kind === 'saved') [saved, redacted] = [saved + 1, redacted + outcome.redacted];
    else refused.set(outcome.code, (refused.get(outcome.code) ?? 0) + 1);
    options.onOutcome(outcome);
  };
  const { upstream, tool, directory, dropContent } = options;
  const allowed = new Set(options.allowed);
  const recorder = new Recorder({ upstream, tool, directory, dropContent, allowed, placeholders: new Placeholders(), onOutcome });
  const passThrough = await startPassThrough({ ...options, onCaptured: recorder.take });
  let ended: Ended | undefined;
  try {
    options.onListening(passThrough.url);
    if (options.command.length > 0) ended = await runClient(passThrough.url, options);
    else await untilStopped(options.signal);
  } finally {
    await passThrough.close();
  }
  return { saved, redacted, refused, ...(ended !== undefined && { ended }) };
};
