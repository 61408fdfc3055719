import { existsSync, readdirSync, readlinkSync, realpathSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

import { ToolError } from './errors.ts';
import { shellWord } from './transport/shell-text.ts';

/** Where a directory is: behind symbolic links, so that these stay, and also where there is nothing any more behind one. */
export const placeOf = (directory: string): string => {
  try {
    return realpathSync(directory);
  } catch {
    try {
      return resolve(dirname(directory), readlinkSync(directory));
    } catch {
      return directory;
    }
  }
};

/** Where what stood at a place lies while it is replaced. `letters` are digits and letters of the alphabet that nobody else uses there. */
export const formerOf = (place: string, letters: string): string => join(dirname(place), `.${basename(place)}.${letters}.old`);

const takeBack = (place: string, former: string): string => `to take it back: mv ${shellWord([former])} ${shellWord([place])}`;

const cutOff = (place: string, former: string, cause?: unknown): ToolError =>
  new ToolError('fixture-invalid', 'a directory is gone: whoever was replacing it was stopped', {
    problems: [{ where: place, expected: 'a directory', actual: `nothing; what it was is ${former}`, hint: takeBack(place, former) }],
    cause,
  });

const movedAway = (place: string, former: string): boolean => {
  try {
    renameSync(place, former);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
};

const putBack = (former: string, place: string): void => {
  try {
    renameSync(former, place);
  } catch (error) {
    throw cutOff(place, former, error);
  }
};

/**
 * Puts a directory at a place; what was there, if anything, is then at `former`. Both in one turn, so that no signal comes between them. Where
 * it fails, all is as it was. Throws the system's error; ToolError `fixture-invalid` where not even that is possible.
 */
export const takePlace = (fresh: string, place: string, former: string): void => {
  const isAside = movedAway(place, former);
  try {
    renameSync(fresh, place);
  } catch (error) {
    if (isAside) putBack(former, place);
    throw error;
  }
};

/** What a directory was before, where somebody was killed in replacing it: the last one. */
const leftFormer = (place: string): string | undefined => {
  const start = `.${basename(place)}.`;
  const isFormer = (name: string): boolean => name.startsWith(start) && /^[0-9A-Za-z]+\.old$/.test(name.slice(start.length));
  try {
    const found = readdirSync(dirname(place), { withFileTypes: true }).filter((entry) => entry.isDirectory() && isFormer(entry.name));
    const formers = found.map(({ name }) => join(dirname(place), name));
    return formers.toSorted((a, b) => statSync(a).ctimeMs - statSync(b).ctimeMs).at(-1);
  } catch {
    return undefined;
  }
};

/**
 * What to tell of a directory that somebody was killed in replacing; nothing of any other.
 * @param directory absolute
 */
export const formerNote = (directory: string): string | undefined => {
  const place = placeOf(directory);
  const former = leftFormer(place);
  if (former === undefined) return undefined;
  if (existsSync(place))
    return `${former} is what ${place} was before, left by somebody who was stopped; to remove it: rm -r ${shellWord([former])}`;
  return `${place} is gone, since somebody was stopped in replacing it; what it was is ${former}; ${takeBack(place, former)}`;
};

/** Throws ToolError `fixture-invalid` where a directory (absolute) is gone, since somebody was killed in replacing it. */
export const refuseCutOff = (directory: string): void => {
  const place = placeOf(directory);
  const former = existsSync(place) ? undefined : leftFormer(place);
  if (former !== undefined) throw cutOff(place, former);
};
