import { performance } from 'node:perf_hooks';

import { request } from 'undici';

import { ToolError } from '../errors.ts';
import type { Child } from './child-process.ts';

export interface Readiness {
  readonly path: string;
  /** Any answer counts when absent. */
  readonly status?: number;
  readonly withinMs: number;
  /** Ends the waiting early. */
  readonly signal?: AbortSignal;
}

const pollEveryMs = 50;
const oneAnswerWithinMs = 2_000;

/** One question; the status, or why there was no answer. */
const ask = async (url: string): Promise<number | string> => {
  try {
    const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(oneAnswerWithinMs), reset: true });
    await body.dump();
    return statusCode;
  } catch (error) {
    return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
  }
};

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

const startFailed = (name: string, child: Child, what: string): ToolError => {
  const output = child.output().trim();
  const code = /EADDRINUSE|address already in use/i.test(output) ? 'port-in-use' : 'target-start-failed';
  return new ToolError(code, `${name} did not start: ${what}`, {
    problems: [{ where: `output of ${name}`, expected: 'a listening server', actual: output === '' ? '(none)' : output.slice(-2_000) }],
  });
};

/**
 * Asks until the target answers as it should.
 * @throws ToolError `target-start-failed` (or `port-in-use`) with the child's last output when it ends early or the bound passes.
 */
export const untilReady = async (name: string, url: string, child: Child, readiness: Readiness): Promise<void> => {
  let gone: string | undefined;
  const noteEnd = async (): Promise<void> => {
    gone = await child.ended;
  };
  void noteEnd();
  const deadline = performance.now() + readiness.withinMs;
  let last: number | string = 'not asked';
  while (performance.now() < deadline) {
    if (gone !== undefined) throw startFailed(name, child, `it ${gone}`);
    if (readiness.signal?.aborted === true) throw startFailed(name, child, 'the run was ended');
    last = await ask(`${url}${readiness.path}`);
    if (typeof last === 'number' && (readiness.status === undefined || last === readiness.status)) return;
    await Promise.race([pause(pollEveryMs), child.ended]);
  }
  throw startFailed(
    name,
    child,
    `no ${readiness.status ?? 'answer'} from ${readiness.path} within ${readiness.withinMs / 1000} s, last: ${last}`,
  );
};
