// Compiles the sources to dist/, joins the modules, and copies the data files beside the code that reads them. With --apart, modules stay
// apart: profiles then name them.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { bundle } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const inRoot = (path) => `${root}${path}`;

rmSync(inRoot('dist'), { recursive: true, force: true });
const compiled = spawnSync(process.execPath, [inRoot('node_modules/@typescript/native/bin/tsc'), '-p', inRoot('tsconfig.build.json')], {
  stdio: 'inherit',
});
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
cpSync(inRoot('fixtures/exchanges'), inRoot('dist/fixtures/exchanges'), { recursive: true });
// Loaded by the Node of traced clients as it is.
cpSync(inRoot('conformance/trace/inside'), inRoot('dist/conformance/trace/inside'), { recursive: true });
// Sent to browsers as they are.
for (const file of ['page.css', 'live.mjs', 'icon.svg'])
  cpSync(inRoot(`conformance/status-page/assets/${file}`), inRoot(`dist/conformance/status-page/assets/${file}`));
if (!process.argv.includes('--apart')) await bundle(inRoot('dist'));
chmodSync(inRoot('dist/conformance/cli/main.js'), 0o755);
