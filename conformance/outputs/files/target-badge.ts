import type { ProbeResult } from '../../history/records.ts';
import { badgeImage, type Badge } from '../../reporters/badge-image.ts';
import type { RoundWritten } from '../output.ts';

type Standing = Pick<ProbeResult, 'verdict' | 'known'>;

const words = (latest: readonly Standing[], asked: number): Pick<Badge, 'text' | 'kind'> => {
  const failing = latest.filter(({ verdict, known }) => verdict === 'fail' && known === undefined).length;
  if (failing > 0) return { text: `${failing} of ${asked} failing`, kind: 'bad' };
  const passing = latest.filter(({ verdict }) => verdict === 'pass').length;
  return passing === asked && asked > 0
    ? { text: `${passing} passing`, kind: 'good' }
    : { text: `${passing} of ${asked} passing`, kind: 'open' };
};

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

/**
 * Badges of targets: what each scenario came to last. A round may ask only some of them (a re-check does), so the others are remembered.
 */
export const targetBadges = (): ((written: RoundWritten) => string) => {
  const targets = new Map<string, Map<string, Standing>>();
  return ({ target, round, results }) => {
    const known = targets.get(target.name) ?? new Map<string, Standing>();
    targets.set(target.name, known);
    for (const { scenario, verdict, known: covered } of results)
      known.set(scenario, { verdict, ...(covered !== undefined && { known: covered }) });
    const latest = target.scenarios.flatMap(({ id }) => known.get(id) ?? []);
    const label = target.name;
    const shown: Pick<Badge, 'text' | 'kind'> =
      round.outcome === 'not-run'
        ? { text: `not asked: ${round.cause ?? 'unknown'}`, kind: 'open' }
        : words(latest, target.scenarios.length);
    return badgeImage({ label, ...shown, about: `${label}: ${shown.text} (from ${round.location}, ${day(round.startedAt)})` });
  };
};
