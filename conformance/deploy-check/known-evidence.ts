import type { DeployQuestion } from './can-i-deploy.ts';
import type { StoredReport } from './stored-reports.ts';

/** Digits of a seal that are printed, and that tell baselines apart. */
export const shownDigits = 12;

/** What the reports hold instead of what was asked for: for people, who mistype names and look into other directories. */
export interface KnownEvidence {
  /** What the names are. */
  readonly title: string;
  /** Sorted, each once. */
  readonly names: readonly string[];
}

const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

const proxyText = ({ target }: StoredReport): string => `${target.name} ${target.version ?? '(no version)'}`;

/** Sorted, each once. */
export const baselinesIn = (reports: readonly StoredReport[]): readonly string[] =>
  distinct(reports.flatMap(({ upstream }) => upstream?.baseline ?? []));

const baselineText = ({ upstream }: StoredReport): string =>
  upstream?.baseline.slice(0, shownDigits) ?? 'mocked upstreams, which have no baseline';

/** Absent where some report answers the question, or there is none at all. */
export const knownEvidence = (
  { proxy, version, profile, baseline }: DeployQuestion,
  reports: readonly StoredReport[],
): KnownEvidence | undefined => {
  const ofVersion = reports.filter(({ target }) => target.name === proxy && target.version === version);
  const ofProfile = ofVersion.filter(({ target }) => target.profile === profile);
  if (ofProfile.some(({ upstream }) => upstream?.baseline === baseline) || reports.length === 0) return undefined;
  const about = `${proxy} ${version}`;
  if (ofProfile.length > 0) return { title: `baselines that ${about} was judged against`, names: distinct(ofProfile.map(baselineText)) };
  if (ofVersion.length > 0)
    return { title: `profiles that ${about} was judged for`, names: distinct(ofVersion.map(({ target }) => target.profile)) };
  return { title: 'proxies that the reports are of', names: distinct(reports.map(proxyText)) };
};
