import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';

import type { CpuProfile } from './profile.ts';

/** The map that lies beside a file, if there is one. */
const mapBeside = (url: string): SourceMap | undefined => {
  if (!url.startsWith('file://')) return undefined;
  try {
    return new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, 'utf8')) as SourceMapPayload);
  } catch {
    return undefined; // packages and floors have none
  }
};

type Frame = CpuProfile['nodes'][number]['callFrame'];

/** What was joined into `<root>/dist/joined/` comes from `<root>`; it is named as the build names it, by its place in `dist/`. */
const placeInBuild = (source: string, joined: string): string => {
  const [root] = joined.split('dist/joined/');
  if (root === undefined || root === joined || !source.startsWith(root) || source.includes('/node_modules/')) return source;
  return `${root}dist/${source.slice(root.length)}`;
};

const asWritten = (frame: Frame, map: SourceMap | undefined): Frame => {
  const found = map?.findEntry(frame.lineNumber, frame.columnNumber ?? 0);
  if (found === undefined || !('originalSource' in found)) return frame;
  const source = new URL(found.originalSource, frame.url).href;
  return { ...frame, url: placeInBuild(source, frame.url), lineNumber: found.originalLine };
};

/** The same profile with the names of the files that a build has joined. */
export const withSources = (profile: CpuProfile): CpuProfile => {
  const maps = new Map([...new Set(profile.nodes.map(({ callFrame }) => callFrame.url))].map((url) => [url, mapBeside(url)]));
  return {
    ...profile,
    nodes: profile.nodes.map(({ id, callFrame }) => ({ id, callFrame: asWritten(callFrame, maps.get(callFrame.url)) })),
  };
};
