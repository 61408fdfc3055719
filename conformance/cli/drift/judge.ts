import type { DriftReport, ReportOptions } from '../../drift/drift-report.ts';
import type { Sample } from '../../drift/sample.ts';
import type { TypeSurface } from '../../drift/sdk/type-surface.ts';
import type { CliIo } from '../io.ts';
import { sdkStore } from './sdk-store.ts';

/**
 * The types of `--three-way`, which are there before anything is asked; nothing without the flag.
 * @param spec `openai@6.49.0`
 * @throws ToolError `usage`, `target-start-failed` when npm cannot install it
 */
export const typesOf = async (spec: string | undefined, io: CliIo): Promise<TypeSurface | undefined> => {
  if (spec === undefined) return undefined;
  const [{ parseSdkVersion }, { sdkSurface }] = await Promise.all([
    import('../../drift/sdk/sdk-range.ts'),
    import('../../drift/sdk/sdk-drift.ts'),
  ]);
  const { package: packageName, version } = parseSdkVersion(spec, '--three-way');
  return sdkSurface(packageName, version, sdkStore(io));
};

export interface JudgeOptions extends ReportOptions {
  readonly types: TypeSurface | undefined;
  /** Set where scenarios are run to find out which of them notices. */
  readonly noticing: { readonly signal: AbortSignal } | undefined;
}

/** Compares what a baseline says with new answers, and tells which scenario plays what changed, and what the types say to it. */
export const judgeDrift = async (old: readonly Sample[], fresh: readonly Sample[], options: JudgeOptions): Promise<DriftReport> => {
  const [{ learnBaseline }, { driftReport }, { scenariosByExchange }, { threeWay }, { loadScenarios }] = await Promise.all([
    import('../../drift/compare.ts'),
    import('../../drift/drift-report.ts'),
    import('../../drift/noticing.ts'),
    import('../../drift/three-way/three-way.ts'),
    import('#scenarios/catalogue'),
  ]);
  const scenarios = await loadScenarios();
  const report = await driftReport(await learnBaseline(old), old, fresh, scenariosByExchange(scenarios), options);
  const judged = options.types === undefined ? report : threeWay(report, options.types);
  if (options.noticing === undefined || judged.changes.length === 0) return judged;
  const { noticedByRun } = await import('../../drift/notice/notice-by-run.ts');
  return noticedByRun(judged, old, fresh, { scenarios, signal: options.noticing.signal });
};

/** `--notice` of a command that may be interrupted. */
export const noticingOf = ({ notice }: { readonly notice?: true }, { signal }: CliIo): JudgeOptions['noticing'] =>
  notice === true ? { signal } : undefined;

/** New answers that say nothing, since their bytes could not be read. */
export const unreadIn = (fresh: readonly Sample[]): readonly string[] =>
  fresh.flatMap(({ id, unread }) => (unread === undefined ? [] : [`${id}: ${unread}`]));
