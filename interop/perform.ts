import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { startChild } from '../conformance/targets/child-process.ts';
import type { Aim, Check, Suite } from './suites/suite.ts';

export interface Performance {
  readonly suite: Suite;
  /** Of the installed package. */
  readonly folder: string;
  readonly aim: Omit<Aim, 'reportFile'>;
  readonly scratchDir: string;
  /** Search path for programs; nothing else of our environment is handed on, so that no real key can be. */
  readonly path: string;
  readonly signal: AbortSignal;
}

const guard = new URL('guard/loopback-only.mjs', import.meta.url);

/** A port on which nobody listens: what honours a proxy setting ends there. */
const nowhere = 'http://127.0.0.1:9';

const environment = ({ suite, aim, path }: Performance, home: string, reportFile: string): Readonly<Record<string, string>> => ({
  PATH: path,
  HOME: home,
  TMPDIR: home,
  NO_COLOR: '1',
  HTTP_PROXY: nowhere,
  HTTPS_PROXY: nowhere,
  NO_PROXY: '127.0.0.1,localhost',
  NODE_OPTIONS: `--import=${guard.href}`,
  WIREPROOF_GUARD_LOG: join(home, 'left.log'),
  ...suite.env({ ...aim, reportFile }),
});

const textOf = async (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');

const endWithin = async (child: ReturnType<typeof startChild>, withinMs: number, signal: AbortSignal): Promise<string> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`did not end within ${withinMs / 1_000} seconds`), withinMs);
  });
  const stop = (): void => void child.stop();
  signal.addEventListener('abort', stop, { once: true });
  const how = await Promise.race([child.ended, late]);
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  await child.stop();
  return how;
};

/**
 * Runs a suite against the proxy, in a folder of its own, with loopback as its only network and a bound on its time.
 * Throws an Error when it tried to reach anything else, wrote no report, or wrote that of a run that did not get to its end.
 */
export const perform = async (performance: Performance): Promise<readonly Check[]> => {
  const { suite, folder, aim, scratchDir, signal } = performance;
  const home = await mkdtemp(join(scratchDir, `${suite.name}-`));
  const reportFile = join(home, 'report.json');
  const command = [process.execPath, join(folder, suite.program), ...suite.args({ ...aim, reportFile })];
  const child = startChild({ command, env: environment(performance, home, reportFile), cwd: home });
  const how = await endWithin(child, suite.withinMs, signal);
  const left = (await textOf(join(home, 'left.log'))).trim();
  if (left !== '') throw new Error(`${suite.name} wanted to leave this machine: ${left.replaceAll('\n', ', ')}`);
  const report = await textOf(reportFile);
  if (report === '') throw new Error(`${suite.name} ${how} and wrote no report: ${child.output().trim().slice(-1_500)}`);
  try {
    return suite.read(report);
  } catch (cause) {
    throw new Error(`the report of ${suite.name}, which ${how}, cannot be judged: ${(cause as Error).message}`, { cause });
  }
};
