import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { cellName } from '#scenarios/kit/cell';
import type { Arm, Scenario } from '#scenarios/kit/scenario';

import { resultSchema, reportSchema, type ResultRecord } from '../engine/records.ts';
import type { RunOptions } from '../engine/run.ts';
import { ToolError, type Problem } from '../errors.ts';
import { fileReason } from '#fixtures/file-reason';
import { nearestHint } from '../nearest.ts';

/** What is read of a former report. Later versions of the tool may have added fields, which do not matter here. */
const formerSchema = z.object({
  schema: reportSchema.shape.schema,
  run: z.object({ complete: z.boolean() }),
  target: z.object({ name: z.string() }),
  summary: z.object({ exitCode: z.int() }),
  results: z.array(
    z.object({
      ...z.object(resultSchema.shape).pick({ arm: true, dialect: true, upstream: true, stream: true, verdict: true }).shape,
      scenario: z.string(),
    }),
  ),
});
type Former = z.infer<typeof formerSchema>;
type FormerResult = Former['results'][number];

/** The arms of a former report that did not pass. */
export interface FormerReport {
  readonly file: string;
  readonly target: string;
  /** Every arm that the former run had. */
  readonly arms: readonly Arm[];
  readonly only: NonNullable<RunOptions['only']>;
  /** How many results did not pass. */
  readonly count: number;
  /** The former run ended in 0, so that nothing is left to be done when nothing of it failed. */
  readonly asExpected: boolean;
}

const mostBytes = 512 * 1024 * 1024;

const unreadable = (file: string, expected: string, actual: string, hint: string, cause?: unknown): ToolError =>
  new ToolError('report-unreadable', 'the former report cannot be used', {
    problems: [{ where: file, expected, actual, hint }],
    ...(cause !== undefined && { cause }),
  });

const howToGetOne = 'write one with --reporter json=FILE';

const readText = async (file: string): Promise<string> => {
  try {
    const bytes = await readFile(file);
    if (bytes.byteLength > mostBytes) throw unreadable(file, `at most ${mostBytes} bytes`, `${bytes.byteLength} bytes`, howToGetOne);
    return bytes.toString('utf8');
  } catch (cause) {
    if (cause instanceof ToolError) throw cause;
    throw unreadable(file, 'a readable file', fileReason(cause), 'check the path; it is taken from the working folder', cause);
  }
};

const jsonOf = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw unreadable(file, 'JSON', text.trim() === '' ? 'an empty file' : (cause as Error).message, howToGetOne, cause);
  }
};

const versionIn = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 120));

const checked = (file: string, value: unknown): Former => {
  const schema = versionIn(value);
  const known = formerSchema.shape.schema.value;
  if (schema !== known) {
    const newer = typeof schema === 'string' && /^wireproof\.report\/v\d+$/.test(schema);
    const hint = newer
      ? 'it was written by a newer version of wireproof: run that one'
      : `only reports of the json reporter have it; ${howToGetOne}`;
    throw unreadable(`${file} schema`, `"${known}"`, shown(schema), hint);
  }
  const parsed = formerSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, 10).map(({ path, message }) => ({
    where: `${file} ${path.map(String).join('.')}`,
    expected: `a report as ${known} has it`,
    actual: message,
  }));
  throw new ToolError('report-unreadable', 'the former report cannot be used', { problems, hint: howToGetOne });
};

/** `unsupported` says what the profile claims; running it again shows nothing. */
const didNotPass = ({ verdict }: FormerResult): boolean => verdict !== 'pass' && verdict !== 'unsupported';

type Named = Pick<ResultRecord, 'scenario' | 'arm' | 'dialect' | 'upstream' | 'stream'>;

const cellText = ({ dialect, upstream, stream }: Named): string => cellName({ client: dialect, upstream, stream });
const nameOf = (result: Named): string => `${result.scenario} ${result.arm} ${cellText(result)}`;

const staleProblem = (file: string, result: FormerResult, scenarios: readonly Scenario[]): Problem | undefined => {
  const scenario = scenarios.find(({ id }) => id === result.scenario);
  const ids = scenarios.map(({ id }) => id);
  if (scenario === undefined) {
    return { where: file, expected: 'the id of a scenario', actual: `"${result.scenario}"`, hint: nearestHint(result.scenario, ids) };
  }
  const names = scenario.cells.map(cellName);
  if (names.includes(cellText(result))) return undefined;
  return {
    where: `${file} ${result.scenario}`,
    expected: 'one of its cells',
    actual: cellText(result),
    hint: nearestHint(cellText(result), names),
  };
};

const mostProblems = 20;

const refuseStale = (file: string, results: readonly FormerResult[], scenarios: readonly Scenario[]): void => {
  const found = results.flatMap((result) => staleProblem(file, result, scenarios) ?? []);
  const problems = [...new Map(found.map((problem) => [problem.where + problem.actual, problem])).values()];
  if (problems.length === 0) return;
  throw new ToolError('report-unreadable', `the former report names ${problems.length} that there are no more`, {
    problems: problems.slice(0, mostProblems),
    hint: 'run everything once to get a report of the scenarios as they are now',
  });
};

/**
 * Reads a report of the `json` reporter for the arms in it that did not pass.
 * @param scenarios all there are, not only those of this run
 * @throws ToolError `report-unreadable` when the file cannot be read, is no report or of a newer schema, or names scenarios or cells that
 * there are no more.
 */
export const readFormerReport = async (file: string, scenarios: readonly Scenario[]): Promise<FormerReport> => {
  const former = checked(file, jsonOf(file, await readText(file)));
  const failed = former.results.filter(didNotPass);
  refuseStale(file, failed, scenarios);
  const names = new Set(failed.map(nameOf));
  return {
    file,
    target: former.target.name,
    arms: [...new Set(former.results.map(({ arm }) => arm))],
    only: ({ scenario, cell, arm }) => names.has(`${scenario.id} ${arm} ${cellName(cell)}`),
    count: failed.length,
    asExpected: former.run.complete && former.summary.exitCode === 0,
  };
};
