import type { Scenario } from '#scenarios/kit/scenario';

import type { ArmResult } from '../engine/arm.ts';
import type { KnownFailures } from '../engine/known-failures.ts';
import type { Report } from '../engine/records.ts';
import { type Problem, ToolError } from '../errors.ts';
import { nearestHint } from '../nearest.ts';
import { checkYaml, parseYaml, readYaml, type YamlSource } from '../yaml-file.ts';
import { baselineSchema, concerns, coversCulprit, entryName, entrySchema, partsOf, type BaselineEntry } from './entry.ts';

const kind = { what: 'a baseline', code: 'baseline-invalid' } as const;

type BaselineProblem = NonNullable<Report['baseline']>[number];

const unknownName = (
  entry: Pick<BaselineEntry, 'id'>,
  scenarios: readonly Scenario[],
): Pick<Problem, 'expected' | 'actual' | 'hint'> | undefined => {
  const { scenario: id, expectation } = partsOf(entry);
  const scenario = scenarios.find((each) => each.id === id);
  const ids = scenarios.map((each) => each.id);
  if (scenario === undefined) return { expected: 'the id of a scenario', actual: `"${id}"`, hint: nearestHint(id, ids) };
  const expectations = scenario.expectations.map((each) => each.id);
  if (expectation === undefined || expectations.includes(expectation)) return undefined;
  return { expected: `an expectation of ${id}`, actual: `"${expectation}"`, hint: nearestHint(expectation, expectations) };
};

const whatItCovers = ({ id, arm, dialect, upstream, stream }: BaselineEntry): string =>
  JSON.stringify([id, arm, dialect, upstream, stream]);

/** Names that do not exist, and entries that say the same as an earlier one. */
const problemsOf = (entries: readonly BaselineEntry[], scenarios: readonly Scenario[], source: YamlSource): readonly Problem[] =>
  entries.flatMap((entry, index) => {
    const where = source.where([index, 'id']);
    const unknown = unknownName(entry, scenarios);
    const first = entries.findIndex((other) => whatItCovers(other) === whatItCovers(entry));
    return [
      ...(unknown === undefined ? [] : [{ where, ...unknown }]),
      ...(first === index ? [] : [{ where, expected: 'one entry for it', actual: `the same as ${source.where([first, 'id'])}` }]),
    ];
  });

/** An expired entry still covers: one message, that it has expired, says more than the failures it would set free. */
const cover =
  (entries: readonly BaselineEntry[]): KnownFailures['cover'] =>
  (result) => {
    const candidates = entries.filter((entry) => concerns(entry, result));
    const whole = candidates.find((entry) => partsOf(entry).expectation === undefined);
    const perCulprit = result.culprits.map((culprit) => candidates.find((entry) => coversCulprit(entry, culprit)));
    const entry = whole ?? (perCulprit.length > 0 && !perCulprit.includes(undefined) ? perCulprit[0] : undefined);
    return entry && { reason: entry.reason, owner: entry.owner, expires: entry.expires };
  };

const isJudged = ({ record: { verdict } }: ArmResult): boolean => verdict === 'pass' || verdict === 'fail';

/** A target that does not claim what a result needs has nothing there that could fail; of the others, nobody knows. */
const isOpen = (result: ArmResult): boolean => !isJudged(result) && result.record.verdict !== 'unsupported';

/** A failed result may have taken the check of the entry down with it. */
const hidesCheck =
  (expectation: string | undefined) =>
  ({ record }: ArmResult): boolean =>
    record.verdict === 'fail' &&
    record.expectations.some(({ id, verdict }) => id === expectation && verdict !== 'pass' && verdict !== 'fail');

/** True when the run looked at all that the entry speaks of and found it in order. Not looked at, or not judged, is no proof. */
const isStale = (entry: BaselineEntry, results: readonly ArmResult[]): boolean => {
  const concerned = results.filter((result) => concerns(entry, result));
  const judged = concerned.filter(isJudged);
  const stillFails = judged.some(
    (result) => result.record.verdict === 'fail' && result.culprits.some((culprit) => coversCulprit(entry, culprit)),
  );
  const { expectation } = partsOf(entry);
  if (judged.length === 0 || stillFails || concerned.some(isOpen) || judged.some(hidesCheck(expectation))) return false;
  const readings = judged.flatMap((result) =>
    result.record.expectations.filter((each) => expectation === undefined || each.id === expectation),
  );
  return readings.some((each) => each.verdict === 'pass' || each.verdict === 'fail');
};

const expired = (entries: readonly BaselineEntry[], today: string): readonly BaselineProblem[] =>
  entries
    .filter((entry) => entry.expires < today)
    .map((entry) => ({
      entry: entryName(entry),
      problem: 'expired' as const,
      message: `expired on ${entry.expires}; ${entry.owner} should fix it or renew the entry (${entry.reason})`,
    }));

const stale = (entries: readonly BaselineEntry[], results: readonly ArmResult[]): readonly BaselineProblem[] =>
  entries
    .filter((entry) => isStale(entry, results))
    .map((entry) => ({
      entry: entryName(entry),
      problem: 'stale' as const,
      message: `nothing that it covers fails any more; remove it (owner: ${entry.owner})`,
    }));

/** Names that do not exist, in entries that have other problems too. */
const unknownNames = (source: YamlSource, scenarios: readonly Scenario[]): readonly Problem[] =>
  (Array.isArray(source.value) ? (source.value as readonly unknown[]) : []).flatMap((entry, index) => {
    const id = entrySchema.shape.id.safeParse((entry as { readonly id?: unknown } | null)?.id);
    const unknown = id.success ? unknownName({ id: id.data }, scenarios) : undefined;
    return unknown === undefined ? [] : [{ where: source.where([index, 'id']), ...unknown }];
  });

const entriesOf = (source: YamlSource, scenarios: readonly Scenario[]): readonly BaselineEntry[] => {
  try {
    return checkYaml({ ...source, value: source.value ?? [] }, baselineSchema, { ...kind, keys: Object.keys(entrySchema.shape) });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError(error.code, error.message, { problems: [...error.problems, ...unknownNames(source, scenarios)], cause: error });
  }
};

const fromSource = (source: YamlSource, scenarios: readonly Scenario[]): KnownFailures => {
  const entries = entriesOf(source, scenarios);
  const problems = problemsOf(entries, scenarios, source);
  if (problems.length > 0)
    throw new ToolError('baseline-invalid', `${source.file} names what does not exist, or names it twice`, { problems });
  return {
    cover: cover(entries),
    problems: (results, { today, complete }) => [...expired(entries, today), ...(complete ? stale(entries, results) : [])],
  };
};

/**
 * Reads a baseline from YAML text. `scenarios` are all there are, not only those of this run.
 * @throws ToolError `baseline-invalid` with every problem: syntax, missing reason, owner or expiry, unknown or repeated ids.
 */
export const parseBaseline = (file: string, text: string, scenarios: readonly Scenario[]): KnownFailures =>
  fromSource(parseYaml(file, text, kind), scenarios);

/** A baseline of something that runs for years. */
export interface LastingBaseline {
  readonly known: KnownFailures;
  readonly entries: readonly BaselineEntry[];
}

/**
 * Reads a baseline file whose entries cover until the day that they name, and not after: nobody would see for years that one has expired.
 * @param today as YYYY-MM-DD, asked for each result
 * @throws ToolError as {@link parseBaseline}
 */
export const loadLastingBaseline = async (file: string, scenarios: readonly Scenario[], today: () => string): Promise<LastingBaseline> => {
  const source = await readYaml(file, kind);
  const known = fromSource(source, scenarios);
  const entries = entriesOf(source, scenarios);
  return {
    entries,
    known: {
      ...known,
      cover: (result) => {
        const day = today();
        return cover(entries.filter(({ expires }) => expires >= day))(result);
      },
    },
  };
};

/** Reads a baseline file; see {@link parseBaseline}. */
export const loadBaseline = async (file: string, scenarios: readonly Scenario[]): Promise<KnownFailures> =>
  fromSource(await readYaml(file, kind), scenarios);
