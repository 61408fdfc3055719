import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { arch, tmpdir, type } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startMockUpstream } from '#fixtures/upstreams/serve';

import type { SurfaceId } from '#fixtures/exchange';

import { ToolError } from '../conformance/errors.ts';
import { installedPackage } from '../conformance/targets/npm-package.ts';
import { referenceClientKey } from '../conformance/targets/reference-config.ts';
import { referenceTarget } from '../conformance/targets/reference-proxy.ts';
import { documentText } from './document.ts';
import { loadExplanations } from './explained.ts';
import { judge, type Judgement, type Run } from './judge.ts';
import { type InteropOptions, readOptions, usage } from './options.ts';
import { perform } from './perform.ts';
import { newModelPlay } from './plays/model-play.ts';
import { compatcanary } from './suites/compatcanary.ts';
import { llmprobe } from './suites/llmprobe.ts';
import type { Suite } from './suites/suite.ts';

/** Runs other people's suites against the reference proxy. Everything stays on this machine, except the installation of the suites from npm. */

const allSuites: readonly Suite[] = [compatcanary, llmprobe];
const allUpstreams = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'] as const satisfies readonly SurfaceId[];

const root = fileURLToPath(new URL('..', import.meta.url));
const out = (text: string): void => void process.stdout.write(`${text}\n`);
const err = (text: string): void => void process.stderr.write(`${text}\n`);

const scratchDir = mkdtempSync(join(tmpdir(), 'wireproof-interop-'));
process.on('exit', () => rmSync(scratchDir, { recursive: true, force: true }));
const stop = new AbortController();
for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(name, () => {
    stop.abort();
    process.exit(code);
  });
}

const environment = (): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const install = (suite: Suite): Promise<string> =>
  installedPackage({
    spec: `${suite.name}@${suite.version}`,
    cacheDir: join(root, '.cache', 'interop'),
    env: environment(),
    onProgress: err,
    signal: stop.signal,
  });

interface Installed {
  readonly suite: Suite;
  readonly folder: string;
}

const installAll = async (suites: readonly Suite[]): Promise<readonly Installed[]> => {
  const installed: Installed[] = [];
  for (const suite of suites) installed.push({ suite, folder: await install(suite) });
  return installed;
};

interface Performed {
  readonly runs: readonly Run[];
  readonly answered: number;
}

const performAll = async (installed: readonly Installed[], upstreams: readonly SurfaceId[]): Promise<Performed> => {
  const play = newModelPlay();
  const upstream = await startMockUpstream({ otherwise: play.script });
  const target = await referenceTarget();
  const proxy = await target.start({ remediesOff: [], config: {} }, upstream);
  const runs: Run[] = [];
  try {
    for (const { suite, folder } of installed) {
      for (const surface of upstreams) {
        const model = target.profile.models[surface] ?? '';
        const aim = { url: proxy.url, clientKey: referenceClientKey, model };
        const startedAt = performance.now();
        const checks = await perform({ suite, folder, aim, scratchDir, path: process.env['PATH'] ?? '', signal: stop.signal });
        const seconds = (performance.now() - startedAt) / 1_000;
        runs.push({ suite: suite.name, upstream: surface, model, seconds, checks });
        const found = checks.reduce((sum, { findings }) => sum + findings.length, 0);
        err(`${suite.name} in front of ${surface}: ${checks.length} checks, ${found} findings, ${seconds.toFixed(1)} s`);
      }
    }
    const broken = await play.brokenRules();
    if (broken.length > 0) throw new Error(`the mocked models broke wire rules, so no finding counts:\n  ${broken.join('\n  ')}`);
    return { runs, answered: play.answered() };
  } finally {
    await proxy.stop();
    await upstream.close();
  }
};

const tell = ({ explained, unexplained, stale }: Judgement): void => {
  for (const { suite, upstream, finding } of unexplained) out(`UNEXPLAINED  ${suite}, ${upstream}: ${finding.id}\n  ${finding.says}`);
  for (const { suite, upstream, id } of stale) out(`STALE  ${suite}, ${upstream}: ${id} is explained and does not occur`);
  out(`${explained.length} findings explained, ${unexplained.length} unexplained, ${stale.length} explained ones that do not occur`);
};

const writeDocument = ({ runs, answered }: Performed): void => {
  const text = documentText({
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    system: `${type()}, ${arch()}`,
    answered,
    suites: allSuites,
    upstreams: allUpstreams,
    runs,
    explanations: loadExplanations(),
  });
  const file = join(root, 'docs', 'evidence', 'interop.md');
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
  out('docs/evidence/interop.md written');
};

const run = async ({ suites, upstreams, write }: InteropOptions): Promise<number> => {
  const explanations = loadExplanations();
  const performed = await performAll(await installAll(allSuites.filter(({ name }) => suites.includes(name))), upstreams);
  const judgement = judge(performed.runs, explanations);
  tell(judgement);
  const wrong = judgement.unexplained.length + judgement.stale.length > 0;
  if (write && wrong) err('docs/evidence/interop.md is left as it was');
  else if (write) writeDocument(performed);
  return wrong ? 1 : 0;
};

const describe = (error: unknown): string => {
  if (!(error instanceof ToolError)) return (error as Error).message;
  const problems = error.problems.map(({ where, expected, actual }) => `  ${where}: expected ${expected}, got ${actual}`);
  return [error.message, ...problems, ...(error.hint === undefined ? [] : [`  ${error.hint}`])].join('\n');
};

const main = async (args: readonly string[]): Promise<number> => {
  const names = allSuites.map(({ name }) => name);
  try {
    const options = readOptions(args, names, allUpstreams);
    if (!options.help) return await run(options);
    out(usage(names, allUpstreams));
    return 0;
  } catch (error) {
    err(describe(error));
    return 2;
  }
};

process.exitCode = await main(process.argv.slice(2));
