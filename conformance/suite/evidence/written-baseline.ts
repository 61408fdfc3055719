import { stringify } from 'yaml';

import { exactCover } from './exact-cover.ts';
import { explanationOf, type Finding, type Findings } from './findings.ts';
import type { ObservedCheck } from './observed-check.ts';

interface Entry {
  readonly id: string;
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
  readonly link: string;
  readonly dialect?: string;
  readonly upstream?: string;
  readonly stream?: boolean;
}

export interface BaselineAbout {
  readonly target: string;
  readonly findings: Findings;
  /** Of the evidence page; entries without a public issue link there. */
  readonly page: string;
}

const reasonOf = (finding: Finding | undefined): string =>
  finding === undefined ? 'not looked into yet; the evidence page has the check as it failed' : `${finding.id}: ${finding.title}`;

const linkOf = (finding: Finding | undefined, page: string): string =>
  finding?.issues[0]?.url ?? (finding === undefined ? page : `${page}#${finding.id}`);

/** The failed checks of one id that one finding explains, as entries. Cells that another finding explains must not be covered with them. */
const entriesOf = (checks: readonly ObservedCheck[], finding: Finding | undefined, about: BaselineAbout): readonly Entry[] => {
  const { findings, page } = about;
  const isOurs = (check: ObservedCheck): boolean => check.verdict === 'fail' && explanationOf(check, findings.findings) === finding;
  const cells = checks.map((check) => ({
    dialect: check.dialect,
    upstream: check.upstream,
    stream: check.stream,
    failed: isOurs(check),
  }));
  return exactCover(cells).map((narrowing) => ({
    id: checks[0]?.id ?? '',
    reason: reasonOf(finding),
    owner: findings.owner,
    expires: findings.expires,
    link: linkOf(finding, page),
    ...narrowing,
  }));
};

/** Entries for every `must` that failed, in the order of the report. A `should` only warns and needs none. */
export const baselineEntries = (checks: readonly ObservedCheck[], about: BaselineAbout): readonly Entry[] => {
  const judged = checks.filter(({ level, verdict }) => level === 'must' && (verdict === 'pass' || verdict === 'fail'));
  const ids = [...new Set(judged.map(({ id }) => id))];
  return ids.flatMap((id) => {
    const ofId = judged.filter((check) => check.id === id);
    const findings = new Set(
      ofId.filter(({ verdict }) => verdict === 'fail').map((check) => explanationOf(check, about.findings.findings)),
    );
    return [...findings].flatMap((finding) => entriesOf(ofId, finding, about));
  });
};

/** The baseline as a file. */
export const writtenBaseline = (checks: readonly ObservedCheck[], about: BaselineAbout): string =>
  [
    `# What ${about.target} does not do today, so that a run turns red for what is new. Generated beside the evidence page:`,
    `# npm run docs:evidence -- ${about.target}`,
    stringify(baselineEntries(checks, about), { lineWidth: 0 }),
  ].join('\n');
