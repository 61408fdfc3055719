import { readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { z } from 'zod';

import { reportSchema, resultSchema } from '../engine/records.ts';
import { ToolError, type Problem } from '../errors.ts';
import type { FixtureProblem } from '#fixtures/errors';
import { fileReason } from '#fixtures/file-reason';
import { findFiles } from '#fixtures/find-files';

/** What is read of a stored report; later versions of the tool may have added fields, which do not matter here. */
const storedSchema = z.object({
  schema: reportSchema.shape.schema,
  tool: z.object({ version: z.string() }),
  run: z.object({ id: z.string(), startedAt: z.iso.datetime(), complete: z.boolean(), selection: z.array(z.string()).optional() }),
  target: z.object({ name: z.string(), profile: z.string(), version: z.string().optional() }),
  upstream: z.object({ baseline: z.string() }).optional(),
  results: z.array(
    z.object({
      ...z.object(resultSchema.shape).pick({ arm: true, dialect: true, upstream: true, stream: true, verdict: true, knownFailure: true })
        .shape,
      scenario: z.string(),
    }),
  ),
});

export type StoredReport = z.infer<typeof storedSchema> & { readonly file: string };

const mostFiles = 10_000;
const mostBytes = 512 * 1024 * 1024;

interface Read {
  readonly report?: StoredReport;
  readonly problem?: Problem;
}

const refused = (file: string, actual: string, hint: string): Read => ({
  problem: { where: file, expected: 'a report of the json reporter', actual, hint },
});

const namesSchema = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'schema' in value && typeof value.schema === 'string' ? value.schema : undefined;

const reportIn = (file: string, text: string): Read => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused(file, text.trim() === '' ? 'an empty file' : 'no JSON', 'run it again, or move the file away');
  }
  const schema = namesSchema(value);
  // Other things may be kept beside reports, such as the profile they were made with.
  if (schema?.startsWith('wireproof.report/') !== true) return {};
  if (schema !== reportSchema.shape.schema.value) return refused(file, schema.slice(0, 60), 'it is of a newer version: run that one');
  const parsed = storedSchema.safeParse(value);
  if (parsed.success) return { report: { ...parsed.data, file } };
  const [issue] = parsed.error.issues;
  return refused(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 200), 'run it again, or move the file away');
};

const readOne = async (file: string): Promise<Read> => {
  try {
    const { size } = await stat(file);
    if (size > mostBytes) return refused(file, `${size} bytes`, `at most ${mostBytes} bytes are read`);
    return reportIn(file, await readFile(file, 'utf8'));
  } catch (error) {
    return refused(file, fileReason(error), 'check who may read it');
  }
};

const asProblem = ({ file, expected, actual, hint }: FixtureProblem): Problem => ({
  where: file,
  expected,
  actual,
  ...(hint !== undefined && { hint }),
});

const notThere = (directory: string, actual: string): ToolError =>
  new ToolError('report-unreadable', 'the stored reports cannot be read', {
    problems: [
      {
        where: directory,
        expected: 'a directory of reports',
        actual,
        hint: 'name it with --reports; wireproof run --reporter json=FILE writes a report',
      },
    ],
  });

/** Names below the directory, and what cannot be looked into: it might be the report that says no. */
const filesIn = (directory: string): { readonly files: readonly string[]; readonly problems: readonly Problem[] } => {
  const { files, problems } = findFiles(directory, '.json');
  const itself = problems.find(({ file }) => file === directory);
  if (itself !== undefined) throw notThere(directory, itself.actual);
  const nameOf = (file: string): string => relative(directory, file);
  return { files: files.map(nameOf).sort(), problems: problems.map((one) => asProblem({ ...one, file: nameOf(one.file) })) };
};

const mostProblems = 20;

/**
 * Every report in a directory and below it, the oldest first. One after the other, since reports are large.
 * @throws ToolError `report-unreadable` when one cannot be read: it might be the one that says no
 */
export const readStoredReports = async (directory: string): Promise<readonly StoredReport[]> => {
  const { files, problems: unseen } = filesIn(directory);
  if (files.length > mostFiles) {
    throw new ToolError('report-unreadable', `there are more than ${mostFiles} files`, { hint: 'move what is old elsewhere' });
  }
  const reports: StoredReport[] = [];
  const problems: Problem[] = [...unseen];
  for (const file of files) {
    const { report, problem } = await readOne(join(directory, file));
    if (report !== undefined) reports.push({ ...report, file });
    if (problem !== undefined) problems.push({ ...problem, where: file });
  }
  if (problems.length > 0) {
    throw new ToolError('report-unreadable', 'not every stored report can be read', { problems: problems.slice(0, mostProblems) });
  }
  return reports.sort((a, b) => Date.parse(a.run.startedAt) - Date.parse(b.run.startedAt));
};
