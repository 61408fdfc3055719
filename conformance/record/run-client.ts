import { endAll, startClient, type ClientWords, type Ended } from '../trace/started-client.ts';

/** A client to run beside a server of ours. */
export interface ClientRun {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly words: ClientWords;
  readonly signal: AbortSignal;
}

/** SDKs look here for where to go. OpenAI's take the version as part of the address. */
export const sdkBaseUrls = (url: string, openAiPath: '' | '/v1'): Readonly<Record<string, string>> => ({
  OPENAI_BASE_URL: `${url}${openAiPath}`,
  ANTHROPIC_BASE_URL: url,
  GOOGLE_GEMINI_BASE_URL: url,
});

export const untilStopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const definedOf = (env: ClientRun['env']): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

/** Runs a client with these variables set, until it ends or is stopped. Rejects with ToolError when there is no such program. */
export const runClient = async (
  variables: Readonly<Record<string, string>>,
  { command, env, cwd, words, signal }: ClientRun,
): Promise<Ended> => {
  const client = await startClient({ command, cwd, words, stdin: 'inherit', env: { ...definedOf(env), ...variables } });
  await Promise.race([client.ended, untilStopped(signal)]);
  // Whatever it started would talk to nobody.
  await endAll(client.pid, () => []);
  await client.drained;
  return client.ended;
};
