import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { withSources } from './profile-sources.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'wireproof-profile-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const frame = (url: string) => ({ functionName: 'relay', url, lineNumber: 0, columnNumber: 4 });

it('names the files that were joined, and those that were not as they are', () => {
  const joined = pathToFileURL(join(folder, 'X.js')).href;
  // One mapping: line 1, column 1 of X.js is line 2, column 1 of the source.
  const map = { version: 3, file: 'X.js', sources: ['proxy/relay/a.js'], names: [], mappings: 'AACA', sourceRoot: '' };
  writeFileSync(join(folder, 'X.js.map'), JSON.stringify(map));
  const other = pathToFileURL(join(folder, 'other.js')).href;
  const nodes = [frame(joined), frame(other), frame('node:net'), frame('')].map((callFrame, id) => ({ id, callFrame }));
  const profile = { nodes, samples: [0], timeDeltas: [1], startTime: 0 };
  const named = withSources(profile);
  expect(named).toEqual({
    ...profile,
    nodes: [
      { id: 0, callFrame: { ...frame(pathToFileURL(join(folder, 'proxy', 'relay', 'a.js')).href), lineNumber: 1 } },
      ...nodes.slice(1),
    ],
  });
});

it('names what the build has joined by its place in the build, and packages as packages', () => {
  mkdirSync(join(folder, 'dist', 'joined'), { recursive: true });
  const chunk = join(folder, 'dist', 'joined', 'X.js');
  // Lines 1 and 2 of X.js are the first lines of two sources.
  const sources = ['../../proxy/relay/a.ts', '../../node_modules/undici/b.js'];
  writeFileSync(`${chunk}.map`, JSON.stringify({ version: 3, file: 'X.js', sources, names: [], mappings: 'AAAA;ACAA', sourceRoot: '' }));
  const nodes = [0, 1].map((lineNumber) => ({ id: lineNumber, callFrame: { ...frame(pathToFileURL(chunk).href), lineNumber } }));
  const named = withSources({ nodes, samples: [0], timeDeltas: [1], startTime: 0 });
  expect(named.nodes.map(({ callFrame }) => callFrame.url)).toEqual(
    [
      ['dist', 'proxy', 'relay', 'a.ts'],
      ['node_modules', 'undici', 'b.js'],
    ].map((place) => pathToFileURL(join(folder, ...place)).href),
  );
});
