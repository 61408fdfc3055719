/** How a target stands, as a picture for a README. */
import type { Health } from '../history/records.ts';
import { badgeImage, type Badge } from '../reporters/badge-image.ts';
import { standingOf } from './model/health.ts';
import type { ReadHistory } from './model/source.ts';
import type { Watched } from './watched.ts';
import { momentText } from './words.ts';

const kinds: Readonly<Record<Health, Badge['kind']>> = { healthy: 'good', degraded: 'open', failing: 'bad', unknown: 'open' };
const longestLabel = 40;

const labelOf = (name: string): string => (name.length <= longestLabel ? name : `${name.slice(0, longestLabel - 1)}…`);

/** `undefined`: there is no such target. */
export const targetBadge = async (history: Pick<ReadHistory, 'states'>, watched: Watched, name: string): Promise<string | undefined> => {
  if (!watched.targets.some((target) => target.name === name)) return undefined;
  const { health, since } = standingOf(await history.states({ target: name }));
  const about = `${name}: ${health}${since === undefined ? '' : ` since ${momentText(since)}`}`;
  return badgeImage({ label: labelOf(name), text: health, kind: kinds[health], about });
};
