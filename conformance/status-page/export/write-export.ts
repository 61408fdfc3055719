/** The status page as a folder of files: for CI artefacts and mail. Needs neither a server nor a script. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { ToolError } from '../../errors.ts';
import { fileReason } from '#fixtures/file-reason';
import { loadPage } from '../load-page.ts';
import { noticesOf } from '../model/notices.ts';
import type { Source } from '../model/source.ts';
import { ownFile } from '../own-files.ts';
import type { Place } from '../place.ts';
import { renderPage } from '../render.tsx';
import { exportPlaces, fileLinks, fileOf } from './export-places.ts';

/** Lies in every folder that we made: such a one, and no other, may be replaced. */
const markFile = '.wireproof-status-page';
const mostTargets = 500;

export interface Exported {
  readonly folder: string;
  readonly files: number;
}

const inlineStyle = (): { readonly style: string; readonly policy: string } => {
  const style = ownFile('page.css')?.text ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  return { style, policy: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'` };
};

const unwritable = (folder: string, expected: string, actual: string, cause?: unknown): ToolError =>
  new ToolError('report-unwritable', 'the pages cannot be written', {
    problems: [{ where: folder, expected, actual }],
    ...(cause === undefined ? {} : { cause }),
  });

/** `true`: there is a folder of ours, to be replaced. */
const checkFolder = async (folder: string): Promise<boolean> => {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw unwritable(folder, 'a folder, or no such file', fileReason(error), error);
  }
  if (names.length > 0 && !names.includes(markFile)) {
    throw unwritable(folder, 'an empty folder, or one that was written by this command', `a folder with ${names[0] ?? 'files'} in it`);
  }
  return true;
};

const writePage = async (source: Source, folder: string, place: Place, files: ReadonlySet<string>): Promise<boolean> => {
  const [model, notices] = await Promise.all([loadPage(source, place, mostTargets), noticesOf(source.history, source.watched)]);
  if (model === undefined) return false;
  const setting = { links: fileLinks(place, files), now: source.now, title: source.watched.title, inline: inlineStyle(), notices };
  const file = join(folder, fileOf(place));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, renderPage(model, setting));
  return true;
};

/** Results that are pruned have no page; links to them must not lead nowhere. */
const placesThatExist = async (source: Source): Promise<readonly Place[]> => {
  const places = await exportPlaces(source);
  const kept = await Promise.all(
    places.map(async (place) => place.path[0] !== 'results' || (await source.history.result(place.path[1] ?? '')) !== undefined),
  );
  return places.filter((_, index) => kept[index]);
};

const writeAll = async (source: Source, folder: string): Promise<number> => {
  const places = await placesThatExist(source);
  const files = new Set(places.map(fileOf));
  let written = 0;
  for (const place of places) if (await writePage(source, folder, place, files)) written += 1;
  await writeFile(join(folder, markFile), 'Written by wireproof; the command that wrote it may replace this folder.\n');
  return written;
};

/** Puts the new folder where the old one is; a reader sees one or the other. */
const putInPlace = async (made: string, folder: string, replaces: boolean): Promise<void> => {
  if (!replaces) return rename(made, folder);
  const old = `${made}.old`;
  await rename(folder, old);
  await rename(made, folder);
  await rm(old, { recursive: true, force: true });
};

/** Written beside and then renamed. Throws ToolError `report-unwritable`; nothing is left behind then. */
export const writeExport = async (source: Source, folder: string): Promise<Exported> => {
  const replaces = await checkFolder(folder);
  let made: string | undefined;
  try {
    await mkdir(dirname(folder), { recursive: true });
    made = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
    // Made for us alone; what is in it is for whoever may read the place.
    await chmod(made, 0o755);
    const files = await writeAll(source, made);
    await putInPlace(made, folder, replaces);
    return { folder, files };
  } catch (error) {
    if (made !== undefined) await rm(made, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code === undefined || error instanceof ToolError) throw error;
    throw unwritable(folder, 'a folder that can be written', fileReason(error), error);
  }
};
