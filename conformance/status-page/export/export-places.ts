/** Which pages a copy in files has, and how they are called there. */
import { createHash } from 'node:crypto';

import { incidentPlace, overview, resultPlace, roundPlace, rowPlace, targetPlace, toRoot, type Links, type Place } from '../place.ts';
import type { Source } from '../model/source.ts';

const mostIncidents = 200;
const resultsOfEachTarget = 100;
const roundsOfEachTarget = 20;
const longestName = 80;

/** Letters that every file system keeps apart, upper from lower case too; different names stay different. */
const fileName = (text: string): string => {
  const name = text.replace(/[^a-z0-9-]/gu, (character) => `~${(character.codePointAt(0) ?? 0).toString(16)}.`);
  return name.length <= longestName
    ? name
    : `${name.slice(0, longestName / 2)}~${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
};

/** Below the folder of the copy, with forward slashes. */
export const fileOf = ({ path }: Place): string => {
  const [kind, id] = path;
  if (kind === undefined) return 'index.html';
  return id === undefined ? `${kind}.html` : `${kind}/${fileName(id)}.html`;
};

const isDefault = ({ query }: Place): boolean => Object.values(query ?? {}).every((value) => value === undefined);

/** Links between the files that there are; other parts and ranges of lists are not among them. */
export const fileLinks = (from: Place, places: ReadonlySet<string>): Links => {
  const root = toRoot(from.path);
  return (to) => {
    const file = fileOf(to);
    return isDefault(to) && places.has(file) ? `${root}${file}` : undefined;
  };
};

/** Everything that is open or new enough to be looked at; bounded, however long the history is. */
export const exportPlaces = async ({ history, watched }: Source): Promise<readonly Place[]> => {
  const incidents = await history.incidents({ limit: mostIncidents });
  const ofTargets = await Promise.all(
    watched.targets.map(async ({ name }) => {
      const [rounds, results] = await Promise.all([
        history.rounds({ target: name, limit: roundsOfEachTarget }),
        history.results({ target: name, limit: resultsOfEachTarget }),
      ]);
      return [targetPlace(name), ...rounds.map(({ id }) => roundPlace(id)), ...results.map(({ id }) => resultPlace(id))];
    }),
  );
  const rows = new Set([...watched.scenarios.values()].map(({ row }) => row));
  const all = [
    overview,
    { path: ['rows'] },
    { path: ['incidents'], query: { state: 'all' } },
    ...[...rows].map(rowPlace),
    ...ofTargets.flat(),
    ...incidents.flatMap((incident) => [incidentPlace(incident.id), resultPlace(incident.firstResult), resultPlace(incident.lastResult)]),
  ];
  return [...new Map(all.map((place) => [fileOf(place), place])).values()];
};
