import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Prints which packages were loaded, at the end of whatever is run; without those that read TypeScript. */
const watcher = `
  import { createRequire } from 'node:module';
  process.on('exit', () => {
    const files = Object.keys(createRequire('${import.meta.url}').cache);
    const names = files.flatMap((file) => /\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(file)?.[1] ?? []);
    process.stderr.write([...new Set(names)].filter((name) => name !== 'tsx' && !name.includes('esbuild')).sort().join());
  });
`;

it('every command is declared without the packages that one of them needs when it is run', async () => {
  const watch = `data:text/javascript,${encodeURIComponent(watcher)}`;
  const args = ['--import', 'tsx', '--import', watch, '--conditions=wireproof-source', 'conformance/cli/main.ts', '--help'];
  const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 25_000 });
  expect(stderr).toBe('commander,picocolors');
});
