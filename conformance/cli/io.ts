/** What a command may touch of the process. `main.ts` fills it from the real one, tests from strings. */
export interface CliIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly columns: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first Ctrl-C (or SIGTERM, SIGHUP); the reason is the signal's name. */
  readonly signal: AbortSignal;
}

/** NO_COLOR (any value that is not empty) and `--no-color` win; FORCE_COLOR colours what is not a terminal. */
export const coloursFor = (io: CliIo, terminal: boolean, flag: boolean): boolean => {
  if (!flag || (io.env['NO_COLOR'] ?? '') !== '') return false;
  const forced = io.env['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0' && forced !== 'false';
  return terminal && io.env['TERM'] !== 'dumb';
};

const signalNumbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** 128 + the signal's number, as shells report it: 130 for Ctrl-C. */
export const exitCodeOfSignal = (name: unknown): number => 128 + (signalNumbers[String(name)] ?? 2);

/** Resolves at the first signal. For commands that serve until they are stopped. */
export const untilStopped = async (signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
};
