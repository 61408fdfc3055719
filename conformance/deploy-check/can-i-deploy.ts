import { cellName } from '#scenarios/kit/cell';

import { counted } from '../reporters/words.ts';
import { partsOfRun } from './parts-of-run.ts';
import type { StoredReport } from './stored-reports.ts';

/** "Proxy X version V is verified against upstream baseline B for client profile C." */
export interface DeployQuestion {
  readonly proxy: string;
  readonly version: string;
  /** The seal of the set of recordings. */
  readonly baseline: string;
  readonly profile: string;
}

/** The published form `wireproof.can-i-deploy/v1`. */
export interface DeployAnswer extends DeployQuestion {
  readonly schema: 'wireproof.can-i-deploy/v1';
  readonly verdict: 'yes' | 'no' | 'unknown';
  /** One sentence. */
  readonly because: string;
  /** Files of the reports that answer the question, the oldest first. */
  readonly reports: readonly string[];
  /** How many results, the newest of each, hold; among them those that the profile does not claim. */
  readonly held: number;
  /** What failed, was not judged, or was judged of this proxy elsewhere and not here. */
  readonly failed: readonly string[];
  readonly unjudged: readonly string[];
  readonly missing: readonly string[];
  /** What was asked for where no run was whole, `--row 3` for example; empty where one was. */
  readonly parts: readonly string[];
}

type Result = StoredReport['results'][number];

const nameOf = ({ scenario, arm, dialect, upstream, stream }: Result): string =>
  `${scenario} (${arm}) ${cellName({ client: dialect, upstream, stream })}`;

/** Of what was judged more than once, the newest result. */
const newestResults = (reports: readonly StoredReport[]): ReadonlyMap<string, Result> =>
  new Map(reports.flatMap(({ results }) => results.map((result) => [nameOf(result), result] as const)));

const holds = ({ verdict, knownFailure }: Result): boolean =>
  verdict === 'pass' || verdict === 'unsupported' || (verdict === 'fail' && knownFailure !== undefined);

/** What a profile does not claim holds by itself. */
const wasExercised = ({ verdict }: Result): boolean => verdict === 'pass' || verdict === 'fail';

const named = (results: ReadonlyMap<string, Result>, wanted: (result: Result) => boolean): readonly string[] =>
  [...results].filter(([, result]) => wanted(result)).map(([name]) => name);

/** What the same version of the tool judged of this proxy for this profile, in whatever version and against whatever baseline. */
const missingOf = (
  all: readonly StoredReport[],
  evidence: readonly StoredReport[],
  results: ReadonlyMap<string, Result>,
): readonly string[] => {
  const tool = evidence.at(-1)?.tool.version;
  const comparable = all.filter((report) => report.tool.version === tool);
  return [...newestResults(comparable).keys()].filter((name) => !results.has(name)).sort();
};

/** A run that was stopped lists only what it came to: a later one that was not must have judged at least that. */
const isMadeGood = (stopped: StoredReport, later: readonly StoredReport[]): boolean =>
  later.some(({ run, results }) => {
    const names = new Set(results.map(nameOf));
    return run.complete && stopped.results.every((result) => names.has(nameOf(result)));
  });

/** Runs that were stopped, and that no later one makes good. */
const stoppedIn = (evidence: readonly StoredReport[]): readonly StoredReport[] =>
  evidence.filter((report, at) => !report.run.complete && !isMadeGood(report, evidence.slice(at + 1)));

const judged = (
  question: DeployQuestion,
  verdict: DeployAnswer['verdict'],
  because: string,
  found: Partial<Pick<DeployAnswer, 'reports' | 'held' | 'failed' | 'unjudged' | 'missing' | 'parts'>> = {},
): DeployAnswer => ({
  schema: 'wireproof.can-i-deploy/v1',
  ...question,
  verdict,
  because,
  reports: [],
  held: 0,
  failed: [],
  unjudged: [],
  missing: [],
  parts: [],
  ...found,
});

const withoutEvidence = (question: DeployQuestion, reports: readonly StoredReport[]): DeployAnswer => {
  const { proxy, version, profile } = question;
  const ofVersion = reports.filter(({ target }) => target.name === proxy && target.version === version);
  if (ofVersion.length === 0) return judged(question, 'unknown', `no report of ${proxy} ${version}`);
  const ofProfile = ofVersion.filter(({ target }) => target.profile === profile);
  const lacking = ofProfile.length === 0 ? `for the profile ${profile}` : 'against this baseline';
  return judged(question, 'no', `${proxy} ${version} was not verified ${lacking}`, { missing: [lacking] });
};

/** @param enough all runs were completed, and something was exercised */
const verdictOf = (lists: Pick<DeployAnswer, 'failed' | 'unjudged' | 'missing'>, enough: boolean): DeployAnswer['verdict'] => {
  if (lists.failed.length > 0 || lists.missing.length > 0) return 'no';
  return enough && lists.unjudged.length === 0 ? 'yes' : 'unknown';
};

const shownParts = 3;

/** `, of a part: --row 3`; nothing of a whole run. */
const partsText = (parts: readonly string[]): string => {
  if (parts.length === 0) return '';
  const more = parts.length > shownParts ? `; and ${parts.length - shownParts} more` : '';
  return `, of ${parts.length === 1 ? 'a part' : `${parts.length} parts`}: ${parts.slice(0, shownParts).join('; ')}${more}`;
};

/** Runs that were stopped are made good by others, and say nothing of what was asked for. */
const partsOf = (evidence: readonly StoredReport[]): readonly string[] =>
  partsOfRun(evidence.flatMap(({ run }) => (run.complete ? [run.selection ?? []] : [])));

const becauseOf = (
  verdict: DeployAnswer['verdict'],
  { failed, missing, unjudged, held, parts }: Pick<DeployAnswer, 'held' | 'failed' | 'unjudged' | 'missing' | 'parts'>,
  exercised: boolean,
): string => {
  if (verdict === 'yes') return `${counted(held, 'result')} ${held === 1 ? 'holds' : 'hold'}${partsText(parts)}`;
  if (failed.length > 0) return `${failed.length} failed`;
  if (missing.length > 0) return `${missing.length} were judged of this proxy before and not now`;
  const isAllUnclaimed = held > 0 && !exercised && unjudged.length === 0;
  return isAllUnclaimed ? 'nothing that the profile claims was judged' : 'not everything was judged';
};

const ofProxyIn = ({ proxy, profile }: DeployQuestion, reports: readonly StoredReport[]): readonly StoredReport[] =>
  reports.filter(({ target }) => target.name === proxy && target.profile === profile);

const evidenceIn = (question: DeployQuestion, ofProxy: readonly StoredReport[]): readonly StoredReport[] =>
  ofProxy.filter(({ target, upstream }) => target.version === question.version && upstream?.baseline === question.baseline);

/** Files of the runs that were stopped, because of which the question has no answer. */
export const stoppedRuns = (question: DeployQuestion, reports: readonly StoredReport[]): readonly string[] =>
  stoppedIn(evidenceIn(question, ofProxyIn(question, reports))).map(({ file }) => file);

/**
 * Answers from stored reports. The newest result of each scenario, arm and cell counts, so that shards and repeated runs add up.
 * `yes`: all hold, and the answer says so where only a part was ever asked for. `no`: something failed, or is missing. `unknown`: nobody asked, the run
 * was not completed, or it exercised nothing that the profile claims.
 * @param reports the oldest first
 */
export const canIDeploy = (question: DeployQuestion, reports: readonly StoredReport[]): DeployAnswer => {
  const ofProxy = ofProxyIn(question, reports);
  const evidence = evidenceIn(question, ofProxy);
  if (evidence.length === 0) return withoutEvidence(question, reports);
  const results = newestResults(evidence);
  const lists = {
    held: named(results, holds).length,
    failed: named(results, (result) => result.verdict === 'fail' && !holds(result)),
    unjudged: named(results, (result) => result.verdict !== 'fail' && !holds(result)),
    missing: missingOf(ofProxy, evidence, results),
    parts: partsOf(evidence),
  };
  const exercised = [...results.values()].some(wasExercised);
  const verdict = verdictOf(lists, exercised && stoppedIn(evidence).length === 0);
  return judged(question, verdict, becauseOf(verdict, lists, exercised), { ...lists, reports: evidence.map(({ file }) => file) });
};
