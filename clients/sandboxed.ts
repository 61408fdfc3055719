import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { type CaseId, cases } from './cases.ts';
import type { Job, JobLine } from './inside.ts';
import { runProgram } from './run-program.ts';

const inside = fileURLToPath(new URL('inside.ts', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));

/** For starting and ending what a case needs beside the client. */
const overheadMs = 30_000;

const linesIn = (text: string): readonly JobLine[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JobLine);

const caseOf = (line: JobLine): CaseId => ('recorded' in line ? line.recorded.case : line.case);

export interface SandboxRun {
  readonly job: Omit<Job, 'scratchDir' | 'resultFile'>;
  /** What comes before the command, see `networkHere`. */
  readonly wrap: readonly string[];
  readonly scratchDir: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs the cases of one client in a process of their own inside of the sandbox. Every case has its line: what it came to, or why not. */
export const runSandboxed = async ({ job, wrap, scratchDir, env }: SandboxRun): Promise<readonly JobLine[]> => {
  const folder = await mkdtemp(join(scratchDir, `${job.client}-`));
  const files = { job: join(folder, 'job.json'), result: join(folder, 'result.jsonl') };
  await writeFile(files.job, JSON.stringify({ ...job, scratchDir: folder, resultFile: files.result } satisfies Job));
  const node = [job.place.node, '--import', import.meta.resolve('tsx'), '--conditions=wireproof-source', inside, files.job];
  const withinMs = job.cases.reduce((sum, id) => sum + cases[id].withinMs + overheadMs, 0);
  try {
    const { ended = 'did not end', output } = await runProgram({
      command: [...wrap, ...node],
      env,
      cwd: root,
      withinMs,
      onOutput: () => undefined,
    });
    const lines = linesIn(await readFile(files.result, 'utf8').catch(() => ''));
    const have = new Set(lines.map(caseOf));
    const failure = `the process in the sandbox: ${ended}\n  ${output.trim().slice(-1_500)}`;
    return [...lines, ...job.cases.filter((id) => !have.has(id)).map((id) => ({ case: id, failure }))];
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
};
