// Joins what the compiler wrote to dist/, and the packages that every start needs, into few files: a process that loads a thousand modules
// spends more time on finding and opening them than on running them. The single modules stay where they are, for their names; those that
// are imported or started from outside pass on to dist/joined/. Dependencies are pinned exactly, so what is joined is what would be installed.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

import { build } from 'esbuild';

/** What is imported from outside of dist/, or started. */
const entries = [
  'conformance/cli/main',
  'conformance/index',
  'conformance/targets/reference-thread',
  'fixtures/index',
  'fixtures/recordings/in-process/vitest-helper',
  'fixtures/upstreams/intercept',
  'proxy/index',
  'proxy/main',
  'scenarios/kit/index',
];

/** Parts that are found by their file's name. Of these folders, whoever asks for one part asks for all. */
const foundTogether = {
  proxy: /^proxy\/(?:(?:routes|remedies|personas)\/[^/]+|(?:dialects|providers)\/[^/]+\/index)\.js$/,
  management: /^proxy\/management\/endpoints\/[^/]+\.js$/,
  commands: /^conformance\/cli\/commands\/[^/]+\.js$/,
  destinations: /^conformance\/outputs\/destinations\/[^/]+\.destination\.js$/,
  migrations: /^conformance\/history\/migrations\/[^/]+\.js$/,
  rules: /^conformance\/incidents\/rules\/[^/]+\.rule\.js$/,
  signs: /^conformance\/triage\/signs\/[^/]+\.sign\.js$/,
  surfaces: /^fixtures\/upstreams\/surfaces\/[^/]+\.js$/,
  scenarios: /^scenarios\/[^/]+\/[^/]+\.scenario\.js$/,
};
/** Of these, one at a time is asked for. */
const foundAlone =
  /^(?:conformance\/(?:actions\/[^/]+\.action|reporters\/[^/]+\.reporter|drift\/formats\/[^/]+\.format|profiles\/[^/]+\.profile)|fixtures\/(?:grammars\/(?:dialects|versions)|wire)\/[^/]+)\.js$/;

/** Packages that nearly every start needs. All others stay packages: native code, and what is seldom needed and loaded then. */
const joinedPackages = new Set([
  'chokidar',
  'commander',
  'eventsource-parser',
  'fastest-levenshtein',
  'fastify',
  'lru-cache',
  'picocolors',
  'picomatch',
  'prom-client',
  'undici',
  'ws',
  'yaml',
  'zod',
]);

/** CommonJS packages ask for modules of Node with `require`. */
const requireForPackages = `import { createRequire as createRequireForPackages } from 'node:module';
const require = createRequireForPackages(import.meta.url);`;

/** The modules that load such parts: one in the proxy, which imports nobody, and one for everybody else. */
const partLoader = /^(?:proxy|fixtures)\/import-part\.js$/;

const toPosix = (/** @type {string} */ path) => path.replaceAll(sep, '/');
const quoted = (/** @type {unknown} */ value) => JSON.stringify(value);

const modulesBelow = (/** @type {string} */ folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => toPosix(relative(folder, join(entry.parentPath, entry.name))))
    .sort();

const groupOf = (/** @type {string} */ file) =>
  foundAlone.test(file) ? file : Object.entries(foundTogether).find(([, pattern]) => pattern.test(file))?.[0];

/** A module that imports these, and has each by its file. */
const partsModule = (/** @type {readonly string[]} */ files) =>
  [
    ...files.map((file, index) => `import * as part${index} from ${quoted(`./${file}`)};`),
    `export const parts = { ${files.map((file, index) => `${quoted(file)}: part${index}`).join(', ')} };`,
  ].join('\n');

/** What is not of the build, a scenario of the user's own, is loaded from its file. */
const loaderModule = (/** @type {ReadonlyMap<string, string>} */ groups) => `
  const root = new URL('../', import.meta.url).href;
  const groups = new Map(${quoted([...groups])});
  const load = { ${[...new Set(groups.values())].map((group) => `${quoted(group)}: () => import(${quoted(`parts:${group}`)})`).join(', ')} };
  export const importPart = async ({ href }) => {
    if (!href.startsWith(root)) return import(href);
    const file = href.slice(root.length);
    const group = groups.get(file);
    if (group === undefined) throw new Error(file + ' is no part that tools/bundle.mjs knows');
    return (await load[group]()).parts[file];
  };`;

/** How the compiler writes an import whose module is not named. */
const unnamedImport = 'import(__rewriteRelativeImportExtension(';

const withoutUnnamedImports = (/** @type {string} */ file, /** @type {string} */ text) => {
  if (!text.includes(unnamedImport)) return text;
  throw new Error(`${file} imports what is only known when it runs; importPart finds that in the joined modules`);
};

/** A module's address stays what it was, wherever its code is now: it looks for files beside itself. Nothing in dist/joined/ lies deeper. */
const addressed = (/** @type {string} */ file, /** @type {string} */ text) =>
  text.replaceAll('import.meta.url', `new URL(${quoted(`../${file}`)}, import.meta.url).href`);

/** @returns {import('esbuild').Plugin} */
const asCompiled = (/** @type {string} */ dist) => {
  const groups = new Map(
    modulesBelow(dist).flatMap((file) => {
      const group = groupOf(file);
      return group === undefined ? [] : [/** @type {const} */ ([file, group])];
    }),
  );
  const filesOf = (/** @type {string} */ wanted) => [...groups].flatMap(([file, group]) => (group === wanted ? [file] : []));
  return {
    name: 'as compiled',
    setup: (steps) => {
      steps.onResolve({ filter: /^#/ }, ({ path, importer }) =>
        importer.startsWith(dist) ? { path: join(dist, `${path.slice(1)}.js`) } : undefined,
      );
      // Of our modules' imports; what a joined package needs is joined with it.
      steps.onResolve({ filter: /^[a-z@]/ }, ({ path, importer }) =>
        importer.startsWith(dist) && !importer.includes('node_modules') && !path.startsWith('parts:') && !joinedPackages.has(path)
          ? { path, external: true }
          : undefined,
      );
      steps.onResolve({ filter: /^parts:/ }, ({ path }) => ({ path: path.slice('parts:'.length), namespace: 'parts' }));
      steps.onLoad({ filter: /.*/, namespace: 'parts' }, ({ path }) => ({ contents: partsModule(filesOf(path)), resolveDir: dist }));
      // Fifty translations of its messages, of which English is used.
      steps.onLoad({ filter: /node_modules\/zod\/v4\/locales\/index\.js$/ }, () => ({
        contents: `export { default as en } from './en.js';`,
      }));
      steps.onLoad({ filter: /\.js$/ }, ({ path }) => {
        if (!path.startsWith(dist)) return undefined;
        const file = toPosix(relative(dist, path));
        const contents = partLoader.test(file)
          ? loaderModule(groups)
          : addressed(file, withoutUnnamedImports(file, readFileSync(path, 'utf8')));
        return { contents, resolveDir: dirname(path) };
      });
    },
  };
};

/** The package of a module in node_modules, as a path; undefined for modules of our own. */
const packageOf = (/** @type {string} */ input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(toPosix(input))?.[0];

const licenceOf = (/** @type {string} */ folder) => {
  const file = readdirSync(folder).find((name) => /^licen[sc]e/i.test(name));
  return file === undefined
    ? JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).license
    : readFileSync(join(folder, file), 'utf8').trim();
};

/** Their licences ask for it. */
const licencesOf = (/** @type {readonly string[]} */ inputs) =>
  [...new Set(inputs.flatMap((input) => packageOf(input) ?? []))]
    .sort()
    .map((folder) => `${folder.replace(/^.*node_modules\//, '')}\n\n${licenceOf(folder)}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);

const nameOf = (/** @type {string} */ entry) => entry.replaceAll('/', '.');

/** At the place of the module itself: what is started keeps its first line. */
const passOn = (/** @type {string} */ dist, /** @type {string} */ entry) => {
  const place = join(dist, `${entry}.js`);
  const [hashbang = ''] = /^#!.*\n/.exec(readFileSync(place, 'utf8')) ?? [];
  const joined = toPosix(relative(dirname(place), join(dist, 'joined', `${nameOf(entry)}.js`)));
  writeFileSync(place, `${hashbang}export * from ${quoted(joined)};\n`);
  rmSync(`${place}.map`, { force: true });
};

/** @param {string} dist what the compiler wrote. Throws when something cannot be resolved. */
export const bundle = async (dist) => {
  const { metafile } = await build({
    entryPoints: entries.map((entry) => ({ in: join(dist, `${entry}.js`), out: nameOf(entry) })),
    outdir: join(dist, 'joined'),
    bundle: true,
    splitting: true,
    chunkNames: '[hash]',
    format: 'esm',
    platform: 'node',
    banner: { js: requireForPackages },
    metafile: true,
    target: 'node20',
    sourcemap: true,
    // The sources are in the maps of the single modules.
    sourcesContent: false,
    plugins: [asCompiled(dist)],
    logLevel: 'warning',
  });
  writeFileSync(join(dist, 'joined', 'LICENCES.txt'), licencesOf(Object.keys(metafile.inputs)));
  for (const entry of entries) passOn(dist, entry);
};
