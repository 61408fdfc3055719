/** Prometheus' own linter, for what is written in its formats. */
import { spawnSync } from 'node:child_process';

export interface Linted {
  readonly ok: boolean;
  /** What it said. */
  readonly said: string;
}

export type Promtool = (args: readonly string[], input?: string) => Linted;

const withinMs = 20_000;

/**
 * Answers `undefined` where it is not installed, and says so on stderr; with CI or REQUIRE_PROMTOOL set that is an error: nobody shall believe
 * that something was checked which was not.
 */
export const findPromtool = (): Promtool | undefined => {
  const run: Promtool = (args, input = '') => {
    const { status, stdout, stderr, error } = spawnSync('promtool', args, { input, encoding: 'utf8', timeout: withinMs });
    if (error !== undefined) throw error;
    return { ok: status === 0, said: `${stdout}${stderr}` };
  };
  try {
    run(['--version']);
    return run;
  } catch (cause) {
    const reason = 'no promtool: formats of Prometheus are not checked (Debian: apt-get install prometheus)';
    if ((process.env['CI'] ?? '') !== '' || (process.env['REQUIRE_PROMTOOL'] ?? '') !== '') throw new Error(reason, { cause });
    process.stderr.write(`${reason}\n`);
    return undefined;
  }
};
