import type { CliIo } from '../io.ts';
import type { CliParts } from '../parts.ts';
import { runCli } from '../run-cli.ts';

/** What a command line ended with and wrote. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Where a command line is run: beside nothing but the folder, no terminal, no environment, and nobody who stops it. */
export interface Surroundings extends Partial<Omit<CliIo, 'out' | 'err' | 'cwd'>> {
  readonly cwd: string;
  /** Is told every text as it is written. */
  readonly onOut?: (text: string) => void;
  readonly onErr?: (text: string) => void;
  /** The real ones without. */
  readonly parts?: CliParts;
}

const nobody = (): void => undefined;

/** Runs one command line in this process, and resolves when it has ended. */
export const saidBy = async (argv: readonly string[], { onOut = nobody, onErr = nobody, parts, ...about }: Surroundings): Promise<Said> => {
  const said = { out: '', err: '' };
  const collect = (stream: keyof typeof said, tell: (text: string) => void) => (text: string) => {
    said[stream] += text;
    tell(text);
  };
  const io = { outIsTerminal: false, errIsTerminal: false, columns: 100, env: {}, signal: new AbortController().signal, ...about };
  const code = await runCli(argv, { ...io, out: collect('out', onOut), err: collect('err', onErr) }, parts);
  return { code, ...said };
};
