import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect, it } from 'vitest';

import { packageRoot } from '../package-root.ts';

const root = packageRoot();
const cli = join(root, 'dist/conformance/cli/main.js');
const dist = pathToFileURL(join(root, 'dist/')).href;

/** Notes the address of every module that is loaded. */
const noteLoads = (file: string): string => {
  const hooks = `import { appendFileSync } from 'node:fs';
    export const load = (url, context, next) => {
      appendFileSync(${JSON.stringify(file)}, url + '\\n');
      return next(url, context);
    };`;
  return `import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));`;
};

/** Of the build, the modules that a program loads besides the joined ones; and the end of what it said, should it fail. */
const loadedApart = (...args: readonly string[]): { readonly status: number | null; readonly apart: readonly string[] } => {
  const folder = mkdtempSync(join(tmpdir(), 'wireproof-joined-'));
  try {
    const [notes, preload] = [join(folder, 'notes.txt'), join(folder, 'note-loads.mjs')];
    writeFileSync(preload, noteLoads(notes));
    const { status } = spawnSync(process.execPath, ['--import', pathToFileURL(preload).href, ...args], { cwd: root });
    const ofBuild = [...new Set(readFileSync(notes, 'utf8').split('\n'))].filter((url) => url.startsWith(dist));
    return {
      status,
      apart: ofBuild
        .map((url) => url.slice(dist.length))
        .filter((path) => !path.startsWith('joined/'))
        .sort(),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

it('a run loads joined modules only: two of the same class would not know each other', () => {
  expect(loadedApart(cli, 'run', '--row', '1', '--row', 'startup')).toEqual({
    status: 0,
    apart: ['conformance/cli/main.js', 'conformance/targets/reference-thread.js'],
  });
});

it('drift finds its formats among the joined modules', () => {
  const exchanges = 'dist/fixtures/exchanges';
  expect(loadedApart(cli, 'drift', '--baseline', exchanges, '--against', exchanges, '--format', 'sarif')).toEqual({
    status: 0,
    apart: ['conformance/cli/main.js'],
  });
});

it('what is imported from the package shares one set of modules', () => {
  const names = ['proxy', 'fixtures', 'fixtures/intercept', 'fixtures/vitest', 'scenarios', 'conformance'];
  const imports = names.map((name) => `import 'wireproof/${name}';`);
  expect(loadedApart('--input-type=module', '--eval', imports.join(' '))).toEqual({
    status: 0,
    apart: [
      'conformance/index.js',
      'fixtures/index.js',
      'fixtures/recordings/in-process/vitest-helper.js',
      'fixtures/upstreams/intercept.js',
      'proxy/index.js',
      'scenarios/kit/index.js',
    ],
  });
});
