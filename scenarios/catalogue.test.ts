import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach, describe, expect, it } from 'vitest';

import { DefinitionError, loadScenario, loadScenarios, scenarioIds } from './catalogue.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const folderWith = async (files: Readonly<Record<string, string>>): Promise<URL> => {
  const folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
  folders.push(folder);
  for (const [name, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return pathToFileURL(`${folder}/`);
};

const scenario = (id: string, matrixRow: number): string =>
  `export default { id: '${id}', matrixRow: ${matrixRow}, cells: [], expectations: [], steps: () => ({}), upstream: () => undefined };\n`;

const problemsOf = async (dir: URL) => {
  const error: unknown = await loadScenarios(dir).catch((thrown: unknown) => thrown);
  if (!(error instanceof DefinitionError)) throw new Error('expected a DefinitionError', { cause: error });
  return error.problems;
};

describe('loadScenarios', () => {
  it('finds scenario files by name, in row order, then by id, and nothing else', async () => {
    const dir = await folderWith({
      'b-area/late.scenario.js': scenario('b-area/late', 9),
      'b-area/early.scenario.js': scenario('b-area/early', 3),
      'a-area/also-late.scenario.js': scenario('a-area/also-late', 9),
      'a-area/also-late.scenario.js.map': '{}',
      'a-area/also-late.scenario.test.js': 'throw new Error("not a scenario")',
      'a-area/notes.js': 'throw new Error("not a scenario")',
      'top.scenario.js': 'throw new Error("not in an area")',
    });
    expect((await loadScenarios(dir)).map(({ id }) => id)).toEqual(['b-area/early', 'a-area/also-late', 'b-area/late']);
    expect(await scenarioIds(dir)).toEqual(['a-area/also-late', 'b-area/early', 'b-area/late']);
  });

  it('reports every problem of every file together', async () => {
    const dir = await folderWith({
      'x/broken.scenario.js': 'throw new Error("two things:\\n  - one\\n  - two");',
      'x/empty.scenario.js': 'export const scenario = 1;\n',
      'x/fine.scenario.js': scenario('x/fine', 1),
      'x/moved.scenario.js': scenario('x/fine', 1),
    });
    expect(await problemsOf(dir)).toEqual([
      {
        file: 'scenarios/x/broken.scenario.js',
        path: '',
        expected: 'a module that loads',
        actual: 'two things:\n  - one\n  - two',
      },
      {
        file: 'scenarios/x/empty.scenario.js',
        path: '',
        expected: 'a scenario as default export',
        actual: 'no default export',
        hint: 'write `export default defineScenario({ … })`',
      },
      { file: 'scenarios/x/moved.scenario.js', path: 'id', expected: 'the id "x/moved", which is its place', actual: '"x/fine"' },
      {
        file: 'scenarios/x/moved.scenario.js',
        path: 'id',
        expected: 'an id of its own',
        actual: '"x/fine", which scenarios/x/fine.scenario.js has too',
      },
    ]);
  });

  it('is empty for a folder without areas', async () => {
    expect(await loadScenarios(await folderWith({}))).toEqual([]);
  });
});

describe('loadScenario', () => {
  it('imports the named file only', async () => {
    const dir = await folderWith({ 'x/broken.scenario.js': 'throw new Error("untouched")', 'x/fine.scenario.js': scenario('x/fine', 1) });
    expect((await loadScenario('x/fine', dir))?.id).toBe('x/fine');
    expect(await loadScenario('x/nowhere', dir)).toBeUndefined();
  });
});
